import { Button, Group, NativeSelect, SimpleGrid, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPhotoPlus, IconPlus, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { datasetTasks } from '#contract/dataset-fields.ts'
import type { DatasetSort } from '#contract/library-fields.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { Page } from '../../../ui/page.tsx'
import { useMay } from '../../accounts/queries.ts'
import { ListBar, ListPages } from '../list-bar.tsx'
import { WaitingCards } from '../projects-screen.tsx'
import { DatasetCard } from './dataset-card.tsx'
import { type DatasetsSearch, isNarrowed, readDatasetsSearch } from './dataset-search.ts'
import { datasetSortWords, taskName } from './dataset-words.ts'
import { datasetListQuery, datasetsShown } from './queries.ts'

// Most visits never open it.
const CreateDatasetDialog = lazy(() => import('./create-dataset-dialog.tsx'))

type Props = { search: DatasetsSearch; onSearch: (search: DatasetsSearch) => void }

/** The datasets of the workspace. */
export const DatasetsScreen = ({ search, onSearch }: Props) => {
  const { data, error, refetch, isPlaceholderData } = useQuery(datasetListQuery(search))
  const mayEdit = useMay('library.edit')
  const [creating, dialog] = useDisclosure()
  const [wanted, setWanted] = useState(false)
  const create = () => {
    setWanted(true)
    dialog.open()
  }
  const nothing = data?.total === 0
  return (
    <Page
      title="Datasets"
      lead="Images with their labels, kept in one place and loaded by every training that names them."
      beside={
        mayEdit && (
          <Button leftSection={<IconPlus size={17} />} onClick={create}>
            Create dataset
          </Button>
        )
      }
    >
      {!(nothing && !isNarrowed(search)) && (
        <>
          <ListBar<DatasetSort>
            what="datasets"
            search={search}
            sorts={datasetSortWords}
            onChange={(change) => onSearch({ ...search, ...change })}
          />
          <Filters search={search} onSearch={onSearch} />
        </>
      )}
      {!data && !error && <WaitingCards />}
      {!data && error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {nothing &&
        (isNarrowed(search) ? <NothingFound onSearch={onSearch} /> : <NothingYet mayEdit={mayEdit} />)}
      {data && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-busy={isPlaceholderData}>
          {data.datasets.map((dataset) => (
            <DatasetCard key={dataset._id} dataset={dataset} />
          ))}
        </SimpleGrid>
      )}
      {data && (
        <ListPages<DatasetSort>
          what="datasets"
          search={search}
          total={data.total}
          size={datasetsShown}
          onChange={(change) => onSearch({ ...search, ...change })}
        />
      )}
      {wanted && (
        <Suspense>
          <CreateDatasetDialog opened={creating} onClose={dialog.close} />
        </Suspense>
      )}
    </Page>
  )
}

const filters = [
  {
    field: 'task',
    any: 'Any task',
    options: datasetTasks.map((task) => ({ value: task, label: taskName(task) })),
  },
  {
    field: 'status',
    any: 'Any status',
    options: [
      { value: 'ready', label: 'Ready' },
      { value: 'processing', label: 'Processing' },
      { value: 'failed', label: 'Failed' },
    ],
  },
  {
    field: 'visibility',
    any: 'Public and private',
    options: [
      { value: 'public', label: 'Public' },
      { value: 'private', label: 'Private' },
    ],
  },
] as const

const Filters = ({ search, onSearch }: Props) => (
  <Group gap="xs" mb="lg">
    {filters.map(({ field, any, options }) => (
      <NativeSelect
        key={field}
        aria-label={any}
        size="xs"
        value={search[field] ?? ''}
        data={[{ value: '', label: any }, ...options]}
        onChange={(event) =>
          onSearch(readDatasetsSearch({ ...search, page: undefined, [field]: event.currentTarget.value }))
        }
      />
    ))}
  </Group>
)

const NothingFound = ({ onSearch }: Pick<Props, 'onSearch'>) => (
  <EmptyState
    icon={IconSearch}
    title="Nothing matches"
    action={
      <Button variant="default" mt="xs" onClick={() => onSearch({})}>
        Show all datasets
      </Button>
    }
  >
    Try another word, or fewer filters.
  </EmptyState>
)

const NothingYet = ({ mayEdit }: { mayEdit: boolean }) => (
  <EmptyState icon={IconPhotoPlus} title="No datasets yet">
    {mayEdit ? (
      <Text fz="sm">
        Create one here, then send your images and labels as a .zip, .tar, .tar.gz or .ndjson file.
      </Text>
    ) : (
      'Your role lets you look at datasets. Editors and above create them.'
    )}
  </EmptyState>
)
