import { Card, SimpleGrid, Text } from '@mantine/core'
import type { Values } from './metric-charts.ts'

/** What a model reached, where only that was told and not how it went. */
export const ToldMetrics = ({ metrics }: { metrics: Values }) => (
  <Card>
    <SimpleGrid component="dl" cols={{ base: 2, xs: 3, md: 4 }} spacing="md" m={0}>
      {Object.entries(metrics).map(([name, value]) => (
        <div key={name}>
          <Text component="dt" fz="xs" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} mt={2} fw={600} className="gh-tabular">
            {value === null ? '–' : Number(value.toFixed(4))}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  </Card>
)
