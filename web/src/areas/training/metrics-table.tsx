import { Card, Table } from '@mantine/core'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { numberText } from './charts/number-text.ts'
import type { Chart } from './metric-charts.ts'

type Props = { rows: ({ epoch: number } & Record<string, number | null>)[]; charts: Chart[] }

/** The same numbers as the charts, newest epoch first. */
export const MetricsTable = ({ rows, charts }: Props) => {
  const columns = charts.flatMap(({ title, series }) =>
    series.map(({ key, label }) => ({ key, label, title })),
  )
  return (
    <Card p={0}>
      <ScrollRegion
        style={{ overflow: 'auto', maxHeight: 560, borderRadius: 'inherit' }}
        aria-label="Metrics"
      >
        <Table verticalSpacing={7} fz="sm" stickyHeader className="gh-tabular">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Epoch</Table.Th>
              {columns.map(({ key, label, title }) => (
                <Table.Th key={key} ta="right" style={{ whiteSpace: 'nowrap' }} title={key}>
                  {title === label || title === 'Other' ? label : `${title}: ${label}`}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.toReversed().map((row) => (
              <Table.Tr key={row.epoch}>
                <Table.Th scope="row">{row.epoch}</Table.Th>
                {columns.map(({ key }) => (
                  <Table.Td key={key} ta="right">
                    {row[key] === null || row[key] === undefined ? '–' : numberText(row[key])}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </Card>
  )
}
