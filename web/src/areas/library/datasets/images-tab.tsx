import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPhoto, IconPhotoPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { type Split, splits } from '#contract/dataset-fields.ts'
import { counted } from '../../../ui/counted.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorState } from '../../../ui/error-state.tsx'
import { useVisitor, useVisitorMay } from '../../accounts/visitor.ts'
import { keptUpload } from '../uploads/kept-upload.ts'
import { AddImages } from './add-images.tsx'
import { splitNames } from './dataset-words.ts'
import { JobCard } from './job-card.tsx'
import { LabelledImage } from './labelled-image.tsx'
import { type DatasetImage, type DatasetInFull, datasetImagesQuery, isProcessing } from './queries.ts'
import { Readiness } from './readiness.tsx'
import { waitingFile } from './waiting-file.ts'

const ImageViewer = lazy(() => import('./image-viewer.tsx'))

type Props = { dataset: DatasetInFull; split: Split | undefined; onSplit: (split: Split | undefined) => void }

/** The images of a dataset, and the way more of them come in. */
export const ImagesTab = ({ dataset, split, onSplit }: Props) => {
  const visitor = useVisitor()
  const mayAdd = useVisitorMay('training.run', dataset.username)
  const isEmpty = dataset.imageCount === 0
  const [wantsMore, more] = useDisclosure(visitor !== null && isAtIt(visitor.user.id, dataset._id))
  const [wasEmpty, setWasEmpty] = useState(isEmpty)
  if (wasEmpty !== isEmpty) {
    setWasEmpty(isEmpty)
    // The place that was there for the first file stays for the second.
    if (visitor && isAtIt(visitor.user.id, dataset._id)) more.open()
  }
  const adding = mayAdd && visitor !== null && (isEmpty || wantsMore)
  return (
    <Stack gap="lg">
      {dataset.job && <JobCard key={dataset.job.jobId} job={dataset.job} />}
      {!isEmpty && mayAdd && !isProcessing(dataset) && <Readiness lacks={dataset.lacks} />}
      {!isEmpty && (
        <Group justify="space-between" gap="sm">
          <SegmentedControl
            aria-label="Split"
            value={split ?? 'all'}
            onChange={(value) => onSplit(splits.find((known) => known === value))}
            data={[
              { value: 'all', label: `All ${dataset.imageCount.toLocaleString('en')}` },
              ...splits.map((each) => ({
                value: each,
                label: `${splitNames[each]} ${dataset.splits[each].toLocaleString('en')}`,
              })),
            ]}
          />
          {mayAdd && !wantsMore && (
            <Button leftSection={<IconPhotoPlus size={17} stroke={1.7} />} onClick={more.open}>
              Add images
            </Button>
          )}
        </Group>
      )}
      {adding && <AddImages dataset={dataset} me={visitor} onClose={isEmpty ? undefined : more.close} />}
      {isEmpty && !mayAdd && <NothingYet processing={isProcessing(dataset)} />}
      {!isEmpty && <Images dataset={dataset} split={split} />}
    </Stack>
  )
}

/** Whether a file for it is on its way or waits: what is under way is shown without asking. */
const isAtIt = (userId: string, datasetId: string): boolean =>
  keptUpload(userId, { assetType: 'datasets', assetId: datasetId }) !== undefined ||
  waitingFile(userId, datasetId) !== undefined

const NothingYet = ({ processing }: { processing: boolean }) => (
  <EmptyState icon={IconPhoto} title={processing ? 'Its images are on their way' : 'No images yet'}>
    {processing
      ? 'A file is being taken in. They appear here once all of it is.'
      : 'They appear here as soon as somebody who may edit this dataset adds some.'}
  </EmptyState>
)

const Images = ({ dataset, split }: Pick<Props, 'dataset' | 'split'>) => {
  const images = useInfiniteQuery(datasetImagesQuery(dataset._id, split, dataset.updatedAt))
  const [shown, setShown] = useState<number>()
  const [opened, viewer] = useDisclosure()
  const all = images.data?.pages.flatMap((page) => page.images)
  const total = images.data?.pages[0]?.total ?? 0
  if (images.isPending) return <WaitingImages />
  if (!all) return <ErrorState error={images.error} onRetry={() => void images.refetch()} />
  if (all.length === 0)
    return (
      <EmptyState icon={IconPhoto} title={split ? `No images in ${split}` : 'No images'}>
        {split && 'Send a file with a folder of that name, or say that all of it belongs there.'}
      </EmptyState>
    )
  const open = (index: number) => {
    setShown(index)
    viewer.open()
  }
  return (
    <>
      <ul className="gh-images" aria-label="Images" aria-busy={images.isPlaceholderData}>
        {all.map((image, index) => (
          <Thumbnail key={image._id} image={image} dataset={dataset} onOpen={() => open(index)} />
        ))}
      </ul>
      <Group justify="center" gap="md">
        <Text fz="sm" c="dimmed" role="status">
          {all.length < total
            ? `${all.length.toLocaleString('en')} of ${counted(total, 'image')}`
            : counted(total, 'image')}
        </Text>
        {images.hasNextPage && (
          <Button
            variant="default"
            size="sm"
            onClick={() => void images.fetchNextPage()}
            loading={images.isFetchingNextPage}
          >
            Show more
          </Button>
        )}
      </Group>
      {shown !== undefined && (
        <Suspense>
          <ImageViewer
            dataset={dataset}
            images={all}
            total={total}
            index={Math.min(shown, all.length - 1)}
            opened={opened}
            onIndex={(index) => {
              setShown(index)
              if (index > all.length - 4 && images.hasNextPage && !images.isFetchingNextPage)
                void images.fetchNextPage()
            }}
            onClose={viewer.close}
          />
        </Suspense>
      )}
    </>
  )
}

type ThumbnailProps = { image: DatasetImage; dataset: DatasetInFull; onOpen: () => void }

const Thumbnail = ({ image, dataset, onOpen }: ThumbnailProps) => (
  <li>
    <button type="button" className="gh-thumbnail" onClick={onOpen} aria-label={`Open ${image.file}`}>
      <LabelledImage image={image} kptShape={dataset.kptShape} size="thumbnail" />
    </button>
  </li>
)

const WaitingImages = () => (
  <div className="gh-images" aria-hidden>
    {Array.from({ length: 12 }, (_, place) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and do not move
      <Skeleton key={place} className="gh-thumbnail" h="auto" radius="md" />
    ))}
  </div>
)
