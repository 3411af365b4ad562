import { Card, Text } from '@mantine/core'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { numberText } from './charts/number-text.ts'

type Props = { title: string; rows: number[][]; names: string[] }

/** A square of numbers; the stronger the cell, the larger its number; its colour stays pale enough to read on. The last row and column without a name are background. */
export const MatrixFigure = ({ title, rows, names }: Props) => {
  const largest = Math.max(1e-9, ...rows.flat())
  const nameOf = (index: number) => names[index] ?? (index === names.length ? 'background' : String(index))
  return (
    <Card component="figure" m={0} p="md">
      <Text component="figcaption" fw={600} fz="sm" mb="sm">
        {title}
      </Text>
      <ScrollRegion style={{ overflow: 'auto', maxHeight: 420 }} aria-label={title}>
        <table className="gh-tabular" style={{ borderCollapse: 'separate', borderSpacing: 2, fontSize: 12 }}>
          <thead>
            <tr>
              <td />
              {rows[0]?.map((_, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a position is what a cell is
                <th key={column} scope="col" style={{ fontWeight: 500, padding: '2px 6px' }}>
                  {nameOf(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a position is what a cell is
              <tr key={index}>
                <th scope="row" style={{ fontWeight: 500, padding: '2px 6px', textAlign: 'right' }}>
                  {nameOf(index)}
                </th>
                {row.map((value, column) => {
                  const share = Math.max(0, value) / largest
                  return (
                    <td
                      // biome-ignore lint/suspicious/noArrayIndexKey: a position is what a cell is
                      key={column}
                      style={{
                        padding: '6px 8px',
                        textAlign: 'center',
                        borderRadius: 4,
                        background: `color-mix(in srgb, #0c6b73 ${Math.round(share * 45)}%, var(--gh-hover))`,
                      }}
                    >
                      {numberText(value)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Card>
  )
}
