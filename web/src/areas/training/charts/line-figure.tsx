import '@mantine/charts/styles.css'
import { LineChart } from '@mantine/charts'
import { Card, ColorSwatch, Group, Text } from '@mantine/core'
import { numberText } from './number-text.ts'

type Props = {
  title: string
  note?: string
  data: Record<string, number | null>[]
  xKey: string
  series: { name: string; label: string }[]
}

/* Told apart in light and dark, and by people who see red and green alike. */
const colors = [
  'gate.5',
  'orange.6',
  'grape.5',
  'blue.5',
  'yellow.7',
  'pink.5',
  'teal.6',
  'indigo.4',
  'gray.6',
]
const colorOf = (index: number): string => colors[index % colors.length]!

/** One chart with its name. Gaps in the data stay gaps. The legend is ours: the library's does not wrap on a phone. */
const LineFigure = ({ title, note, data, xKey, series }: Props) => (
  <Card component="figure" m={0} p="md">
    <Text component="figcaption" fw={600} fz="sm" mb="sm">
      {title}
      {note && (
        <Text span fz="xs" c="dimmed" ml={8} fw={400}>
          {note}
        </Text>
      )}
    </Text>
    <LineChart
      h={210}
      data={data}
      dataKey={xKey}
      series={series.map((line, index) => ({ ...line, color: colorOf(index) }))}
      curveType="linear"
      connectNulls={false}
      withDots={data.length < 3}
      strokeWidth={2}
      valueFormatter={numberText}
      yAxisProps={{ width: 52, domain: ['auto', 'auto'], tickMargin: 6 }}
      xAxisProps={{ type: 'number', domain: ['dataMin', 'dataMax'], tickCount: 6, tickMargin: 8 }}
      tooltipAnimationDuration={0}
      lineProps={{ isAnimationActive: false }}
      gridAxis="x"
      tickLine="none"
    />
    {series.length > 1 && (
      <Group gap="4px 16px" mt="xs" pl={52} aria-hidden>
        {series.map(({ name, label }, index) => (
          <Group key={name} gap={6} wrap="nowrap">
            <ColorSwatch
              color={`var(--mantine-color-${colorOf(index).replace('.', '-')})`}
              size={9}
              withShadow={false}
            />
            <Text fz="xs">{label}</Text>
          </Group>
        ))}
      </Group>
    )}
  </Card>
)

export default LineFigure
