import { Badge, Group, Stack, Tabs, Text } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { bytes } from '../../../ui/bytes.ts'
import { counted } from '../../../ui/counted.ts'
import { Moment } from '../../../ui/moment.tsx'
import { Page } from '../../../ui/page.tsx'
import { Crumbs } from '../crumbs.tsx'
import { VisibilityBadge } from '../visibility-badge.tsx'
import { DatasetActions } from './dataset-actions.tsx'
import type { DatasetSearch, DatasetTab } from './dataset-search.ts'
import { DatasetStatusBadge } from './dataset-status-badge.tsx'
import { taskName } from './dataset-words.ts'
import { ImagesTab } from './images-tab.tsx'
import { type DatasetInFull, datasetByPathQuery } from './queries.ts'

const ClassesTab = lazy(() => import('./classes-tab.tsx'))
const VersionsTab = lazy(() => import('./versions-tab.tsx'))
const UseTab = lazy(() => import('./use-tab.tsx'))

type Props = {
  username: string
  dataset: string
  search: DatasetSearch
  onSearch: (search: DatasetSearch) => void
}

/** A dataset: its images, its classes, what was kept of it, and how to train on it. */
export const DatasetScreen = ({ username, dataset: slug, search, onSearch }: Props) => {
  const { data } = useSuspenseQuery(datasetByPathQuery(username, slug))
  const { dataset } = data
  const tab = search.tab ?? 'images'
  return (
    // Another dataset, such as a copy one is led to, begins anew: nothing on its page is of the one before.
    <Page
      key={dataset._id}
      title={dataset.name}
      above={<Crumbs username={dataset.username} of="datasets" />}
      badge={
        <Group gap={6}>
          <VisibilityBadge visibility={dataset.visibility} />
          <DatasetStatusBadge dataset={dataset} size="sm" />
        </Group>
      }
      lead={<About dataset={dataset} />}
      beside={<DatasetActions dataset={dataset} />}
    >
      <Tabs
        value={tab}
        onChange={(next) =>
          onSearch({ ...search, tab: next === 'images' ? undefined : (next as DatasetTab) })
        }
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="images">Images</Tabs.Tab>
          <Tabs.Tab value="classes">Classes</Tabs.Tab>
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
          <Tabs.Tab value="use">Use it</Tabs.Tab>
        </Tabs.List>
        <Suspense>
          <Tabs.Panel value="images">
            <ImagesTab
              dataset={dataset}
              split={search.split}
              onSplit={(split) => onSearch({ ...search, split })}
            />
          </Tabs.Panel>
          <Tabs.Panel value="classes">
            <ClassesTab dataset={dataset} />
          </Tabs.Panel>
          <Tabs.Panel value="versions">
            <VersionsTab dataset={dataset} />
          </Tabs.Panel>
          <Tabs.Panel value="use">
            <UseTab dataset={dataset} />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </Page>
  )
}

const holdings = (dataset: DatasetInFull): string =>
  [
    counted(dataset.imageCount, 'image'),
    counted(dataset.annotationCount, 'label'),
    counted(dataset.classCount, 'class', 'classes'),
    bytes(dataset.totalBytes),
  ].join(' · ')

const About = ({ dataset }: { dataset: DatasetInFull }) => (
  <Stack gap={8}>
    <Text fz="sm" component="div">
      {dataset.imageCount === 0 ? 'No images yet' : holdings(dataset)} · changed{' '}
      <Moment at={dataset.updatedAt} inSentence />
    </Text>
    {dataset.description && (
      <Text style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>{dataset.description}</Text>
    )}
    <Group gap={6}>
      <Badge color="green">{taskName(dataset.task)}</Badge>
      {dataset.license && (
        <Badge variant="light" color="gray">
          {dataset.license}
        </Badge>
      )}
      {dataset.tags.map((tag) => (
        <Badge key={tag} variant="default">
          {tag}
        </Badge>
      ))}
    </Group>
  </Stack>
)
