import { Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconDownload, IconFile, IconFileUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { bytes } from '../../ui/bytes.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { useVisitor, useVisitorMay } from '../accounts/visitor.ts'
import { isLive, type Model, modelFilesQuery } from './queries.ts'
import { UploadBox } from './uploads/upload-box.tsx'
import { useDownload } from './use-download.ts'

const endings = ['.pt']

/** The weights of a model: to download, to load by address, and to upload. */
export const FilesTab = ({ model }: { model: Model }) => {
  const visitor = useVisitor()
  const mayDownload = useVisitorMay('library.download', model.username) || model.visibility === 'public'
  const mayUpload = useVisitorMay('training.run', model.username)
  return (
    <Stack gap="xl">
      {mayDownload ? (
        <Files model={model} mayUpload={mayUpload} />
      ) : (
        <EmptyState icon={IconFile} title="Files are for editors">
          This model is private, and your role lets you look at its numbers. Editors and above download it.
        </EmptyState>
      )}
      {mayUpload && visitor && (
        <section aria-labelledby="upload-weights">
          <Title order={2} id="upload-weights" mb="sm">
            {model.weights ? 'Replace the weights' : 'Upload weights'}
          </Title>
          <UploadBox
            me={visitor}
            asset={{ assetType: 'models', assetId: model._id }}
            endings={endings}
            label="Choose a .pt file"
            hint={`A .pt file of at most 1 GB; drop it here, or choose it. ${weightsHint(model)}`}
            onDone={() => undefined}
          />
        </section>
      )}
    </Stack>
  )
}

const weightsHint = (model: Model): string => {
  if (isLive(model)) return 'The training that is under way sends its own weights, too.'
  return model.weights ? 'It takes the place of the weights that are here.' : ''
}

const Files = ({ model, mayUpload }: { model: Model; mayUpload: boolean }) => {
  const { data: files, error, isPending, refetch } = useQuery(modelFilesQuery(model._id))
  const download = useDownload(model)
  if (isPending) return <Skeleton h={76} radius="lg" aria-hidden />
  if (error && !files) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!files?.length)
    return (
      <EmptyState icon={IconFileUpload} title="No weights yet">
        {mayUpload
          ? 'A training sends them by itself. Those of a model that was trained elsewhere are uploaded below.'
          : 'They appear here once the training has sent them.'}
      </EmptyState>
    )
  const address = `ul://${model.username}/${model.projectSlug}/${model.slug}`
  return (
    <Stack gap="lg">
      <Card p={0} component="ul" m={0} style={{ listStyle: 'none' }} aria-label="Files">
        {files.map((file, index) => (
          <Group
            key={file.name}
            component="li"
            justify="space-between"
            gap="sm"
            p="md"
            style={{ borderTop: index > 0 ? '1px solid var(--gh-border)' : undefined }}
          >
            <Group gap="sm" miw={0} flex="1 1 200px" wrap="nowrap">
              <IconFile size={20} stroke={1.6} aria-hidden style={{ flexShrink: 0 }} />
              <div style={{ minWidth: 0 }}>
                <Text fw={560} style={{ overflowWrap: 'anywhere' }}>
                  {file.name}
                </Text>
                <Text fz="sm" c="dimmed">
                  {bytes(file.size)} · {downloads(model.downloadCount)}
                </Text>
              </div>
            </Group>
            <Button
              variant="default"
              leftSection={<IconDownload size={16} stroke={1.7} />}
              onClick={() => download.mutate(file.name)}
              loading={download.isPending}
              aria-label={`Download ${file.name}`}
            >
              Download
            </Button>
          </Group>
        ))}
      </Card>
      <div>
        <Text fz="sm" c="dimmed" mb={8}>
          A training machine with a key loads them by their address:
        </Text>
        <CodeBlock code={`yolo predict model=${address}`} what="the command" />
      </div>
    </Stack>
  )
}

const downloads = (count: number): string => {
  if (count === 0) return 'not downloaded yet'
  return count === 1 ? 'downloaded once' : `downloaded ${count.toLocaleString('en')} times`
}
