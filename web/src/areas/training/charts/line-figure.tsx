import '@mantine/charts/styles.css'
import { LineChart } from '@mantine/charts'
import { Card, Text } from '@mantine/core'
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

/** One chart with its name. Gaps in the data stay gaps. */
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
      h={230}
      data={data}
      dataKey={xKey}
      series={series.map((line, index) => ({ ...line, color: colors[index % colors.length]! }))}
      curveType="linear"
      connectNulls={false}
      withDots={data.length < 3}
      strokeWidth={2}
      withLegend={series.length > 1}
      legendProps={{ verticalAlign: 'bottom', height: 32 }}
      valueFormatter={numberText}
      yAxisProps={{ width: 52, domain: ['auto', 'auto'], tickMargin: 6 }}
      xAxisProps={{ tickMargin: 8, minTickGap: 28 }}
      tooltipAnimationDuration={0}
      lineProps={{ isAnimationActive: false }}
      gridAxis="x"
      tickLine="none"
    />
  </Card>
)

export default LineFigure
