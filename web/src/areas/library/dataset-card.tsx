import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import { Moment } from '../../ui/moment.tsx'
import type { ExploredDataset } from './explore-queries.ts'
import { Stars } from './project-card.tsx'

/** A dataset among others. */
export const DatasetCard = ({ dataset, level = 2 }: { dataset: ExploredDataset; level?: 2 | 3 }) => (
  <Card component="article">
    <Stack gap={8} h="100%">
      <Group gap="sm" justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Title order={level} fz="h3" style={{ overflowWrap: 'anywhere' }} lineClamp={2}>
            {dataset.name}
          </Title>
          <Text fz="xs" c="dimmed" truncate>
            {dataset.username}
          </Text>
        </div>
        <Badge color="gray" style={{ flexShrink: 0 }}>
          {dataset.task}
        </Badge>
      </Group>
      <Group gap="xs" mt="auto" pt="xs" justify="space-between">
        <Text fz="sm" c="dimmed" component="div">
          {counted(dataset.imageCount, 'image', 'images')} · {counted(dataset.classCount, 'class', 'classes')}{' '}
          · <Moment at={dataset.updatedAt} />
        </Text>
        {dataset.starCount > 0 && <Stars count={dataset.starCount} />}
      </Group>
    </Stack>
  </Card>
)

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
