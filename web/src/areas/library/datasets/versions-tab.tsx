import { Badge, Button, Card, Group, Modal, Skeleton, Stack, Text, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDownload, IconHistory, IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { counted } from '../../../ui/counted.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { ErrorNote, ErrorState } from '../../../ui/error-state.tsx'
import { Moment } from '../../../ui/moment.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useVisitorMay } from '../../accounts/visitor.ts'
import { useDescribeVersion, useDownloadNdjson, useMakeVersion } from './changes.ts'
import { type DatasetInFull, type DatasetVersion, isProcessing, versionsQuery } from './queries.ts'

/** What was kept of a dataset, and never changes; and the dataset as it stands, to take along. */
const VersionsTab = ({ dataset }: { dataset: DatasetInFull }) => {
  const mayKeep = useVisitorMay('datasets.version', dataset.username)
  const versions = useInfiniteQuery(versionsQuery(dataset._id))
  const download = useDownloadNdjson(dataset._id)
  const [creating, dialog] = useDisclosure()
  const all = versions.data?.pages.flatMap((page) => page.versions)
  const isEmpty = dataset.imageCount === 0
  return (
    <Stack gap="lg">
      <Group justify="space-between" gap="sm">
        <Text fz="sm" c="dimmed" flex="1 1 280px" maw={560}>
          A version keeps images and labels as they stand, and never changes. Download it to train on exactly
          that again.
        </Text>
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.7} />}
            onClick={() => download.mutate(undefined)}
            loading={download.isPending && download.variables === undefined}
            disabled={isEmpty}
          >
            Download as it stands
          </Button>
          {mayKeep && (
            <Button
              leftSection={<IconPlus size={17} />}
              onClick={dialog.open}
              disabled={isEmpty || isProcessing(dataset)}
            >
              Create version
            </Button>
          )}
        </Group>
      </Group>
      {versions.isPending && <Skeleton h={140} radius="lg" aria-hidden />}
      {versions.error && !all && (
        <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />
      )}
      {all?.length === 0 && (
        <EmptyState icon={IconHistory} title="No versions yet">
          {isEmpty
            ? 'Once there are images, a version keeps them as they stand.'
            : mayKeep
              ? 'Create one before a training that you will want to repeat.'
              : 'They appear here when somebody who may edit this dataset keeps one.'}
        </EmptyState>
      )}
      {all && all.length > 0 && (
        <Card p={0} component="ul" className="gh-plain-list" aria-label="Versions">
          {all.map((version) => (
            <VersionRow
              key={version.version}
              dataset={dataset}
              version={version}
              mayKeep={mayKeep}
              onDownload={() => download.mutate(version.version)}
              isDownloading={download.isPending && download.variables === version.version}
            />
          ))}
        </Card>
      )}
      {versions.hasNextPage && (
        <Button
          variant="default"
          mx="auto"
          onClick={() => void versions.fetchNextPage()}
          loading={versions.isFetchingNextPage}
        >
          Show more
        </Button>
      )}
      <Modal opened={creating} onClose={dialog.close} title="Create a version">
        <CreateForm dataset={dataset} onClose={dialog.close} />
      </Modal>
    </Stack>
  )
}

type RowProps = {
  dataset: DatasetInFull
  version: DatasetVersion
  mayKeep: boolean
  onDownload: () => void
  isDownloading: boolean
}

const VersionRow = ({ dataset, version, mayKeep, onDownload, isDownloading }: RowProps) => {
  const [describing, dialog] = useDisclosure()
  const { latestVersion } = dataset
  const isCurrent = latestVersion?.version === version.version && latestVersion.unchanged
  return (
    <Group component="li" className="gh-record" justify="space-between" gap="sm" p="md">
      <div style={{ minWidth: 0, flex: '1 1 220px' }}>
        <Group gap={8}>
          <Text fw={600}>Version {version.version}</Text>
          {isCurrent && (
            <Badge color="green" size="sm">
              As it stands
            </Badge>
          )}
        </Group>
        {version.description && (
          <Text fz="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
            {version.description}
          </Text>
        )}
        <Text fz="sm" c="dimmed" component="div">
          {counted(version.imageCount, 'image')} · {counted(version.classCount, 'class', 'classes')} ·{' '}
          <Moment at={version.createdAt} />
        </Text>
      </div>
      <Group gap="xs">
        {mayKeep && (
          <Button variant="subtle" color="gray" size="xs" onClick={dialog.open}>
            Describe
          </Button>
        )}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={15} stroke={1.7} />}
          onClick={onDownload}
          loading={isDownloading}
          aria-label={`Download version ${version.version} as NDJSON`}
        >
          NDJSON
        </Button>
      </Group>
      <Modal opened={describing} onClose={dialog.close} title={`Version ${version.version}`}>
        <DescribeForm dataset={dataset} version={version} onClose={dialog.close} />
      </Modal>
    </Group>
  )
}

type FormProps = {
  initial: string
  confirm: string
  note?: string
  error: unknown
  pending: boolean
  onSubmit: (description: string) => void
  onClose: () => void
}

const DescriptionForm = ({ initial, confirm, note, error, pending, onSubmit, onClose }: FormProps) => {
  const [description, setDescription] = useState(initial)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit(description.trim())
      }}
      noValidate
    >
      <Stack>
        {note && (
          <Text fz="sm" c="dimmed">
            {note}
          </Text>
        )}
        <Textarea
          label="Description"
          placeholder="Before the night images came"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={1000}
          data-autofocus
        />
        <ErrorNote error={error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={pending}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type DialogProps = { dataset: DatasetInFull; onClose: () => void }

const CreateForm = ({ dataset, onClose }: DialogProps) => {
  const make = useMakeVersion(dataset._id)
  const unchanged = dataset.latestVersion?.unchanged ? dataset.latestVersion.version : undefined
  return (
    <DescriptionForm
      initial=""
      confirm="Create version"
      note={
        unchanged === undefined
          ? `Keeps ${counted(dataset.imageCount, 'image')} with their labels as they stand now.`
          : `Nothing has changed since version ${unchanged}, so that one will be named again.`
      }
      error={make.error}
      pending={make.isPending}
      onSubmit={(description) =>
        make.mutate(description, {
          onSuccess: ({ version, reused }) => {
            onClose()
            toast(
              reused
                ? `Nothing has changed since version ${version}, so that one stands.`
                : `Version ${version} is kept.`,
            )
          },
        })
      }
      onClose={onClose}
    />
  )
}

const DescribeForm = ({ dataset, version, onClose }: DialogProps & { version: DatasetVersion }) => {
  const describe = useDescribeVersion(dataset._id)
  return (
    <DescriptionForm
      initial={version.description}
      confirm="Save"
      error={describe.error}
      pending={describe.isPending}
      onSubmit={(description) =>
        describe.mutate({ version: version.version, description }, { onSuccess: onClose })
      }
      onClose={onClose}
    />
  )
}

export default VersionsTab
