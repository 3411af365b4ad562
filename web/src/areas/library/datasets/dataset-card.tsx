import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { signedPath } from '../../../api/signed-path.ts'
import { counted } from '../../../ui/counted.ts'
import { Moment } from '../../../ui/moment.tsx'
import type { ExploredDataset } from '../explore-queries.ts'
import { Stars } from '../project-card.tsx'
import { VisibilityBadge } from '../visibility-badge.tsx'
import { DatasetStatusBadge } from './dataset-status-badge.tsx'
import { taskName } from './dataset-words.ts'
import type { Dataset } from './queries.ts'

type Props = {
  dataset: Omit<ExploredDataset, 'sampleImages'> &
    Partial<Pick<Dataset, 'sampleImages' | 'visibility' | 'status' | 'description'>>
  /** Of its heading. */
  level?: 2 | 3
  /** Where they belong to different people. */
  withOwner?: boolean
}

/** A dataset among others. Lists of one's own also show some images, who sees it and how it stands. */
export const DatasetCard = ({ dataset, level = 2, withOwner = false }: Props) => (
  <Card className="gh-link-card" component="article">
    {dataset.sampleImages && (
      <Card.Section>
        <Samples images={dataset.sampleImages} />
      </Card.Section>
    )}
    <Stack gap={8} flex={1} mt={dataset.sampleImages ? 'md' : 0}>
      <Group gap="sm" justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Title order={level} fz="h3" style={{ overflowWrap: 'anywhere' }} lineClamp={2}>
            <Link
              to="/$username/datasets/$dataset"
              params={{ username: dataset.username, dataset: dataset.slug }}
              className="gh-cover-link"
            >
              {dataset.name}
            </Link>
          </Title>
          {withOwner && (
            <Text fz="xs" c="dimmed" truncate>
              {dataset.username}
            </Text>
          )}
        </div>
        <Badge color="gray" style={{ flexShrink: 0 }}>
          {taskName(dataset.task)}
        </Badge>
      </Group>
      {dataset.description && (
        <Text fz="sm" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
          {dataset.description}
        </Text>
      )}
      <Group gap="xs" mt="auto" pt="xs" justify="space-between">
        <Text fz="sm" c="dimmed" component="div">
          {counted(dataset.imageCount, 'image')} · {counted(dataset.classCount, 'class', 'classes')} ·{' '}
          <Moment at={dataset.updatedAt} />
        </Text>
        <Group gap={8}>
          {dataset.starCount > 0 && <Stars count={dataset.starCount} />}
          {dataset.status && (
            <DatasetStatusBadge dataset={{ ...dataset, status: dataset.status }} size="sm" />
          )}
          {dataset.visibility && <VisibilityBadge visibility={dataset.visibility} />}
        </Group>
      </Group>
    </Stack>
  </Card>
)

/** Four of its images in a row. */
const Samples = ({ images }: { images: NonNullable<Dataset['sampleImages']> }) => (
  <div className="gh-samples" data-empty={images.length === 0} aria-hidden>
    {images.length === 0 && <IconPhoto size={30} stroke={1.3} />}
    {(images.length > 0 ? [0, 1, 2, 3] : []).map((place) => {
      const url = images[place]?.thumbnailUrl
      return (
        <div key={place}>{url && <img src={signedPath(url)} alt="" loading="lazy" decoding="async" />}</div>
      )
    })}
  </div>
)
