import { Button, Code, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { bytes } from '../../ui/bytes.ts'
import { counted } from '../../ui/counted.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { type TrashSummary, useEmptyTrash } from './queries.ts'

const word = 'EMPTY'

type Props = {
  summary: TrashSummary
  opened: boolean
  onClose: () => void
  onEmptied: (jobId: string) => void
}

/** Tells what goes, and takes a typed word for it. */
export const EmptyTrashDialog = ({ summary, opened, onClose, onEmptied }: Props) => {
  const [typed, setTyped] = useState('')
  const empty = useEmptyTrash()
  const close = () => {
    setTyped('')
    empty.reset()
    onClose()
  }
  // Not by callbacks of the mutation: an empty trash has no such dialog any more.
  const confirm = () =>
    void empty.mutateAsync().then(
      ({ jobId }) => {
        onEmptied(jobId)
        close()
      },
      () => {},
    )
  const { projects, datasets, models } = summary.byType
  return (
    <Modal opened={opened} onClose={close} title="Empty the trash?">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (typed === word) confirm()
        }}
        noValidate
      >
        <Stack>
          <Text>This cannot be undone. Everything in the trash is deleted for good:</Text>
          <List fz="sm" spacing={4}>
            {projects.count > 0 && (
              <List.Item>{counted(projects.count, 'project')}, with all their models</List.Item>
            )}
            {datasets.count > 0 && <List.Item>{counted(datasets.count, 'dataset')}</List.Item>}
            {models.count > 0 && <List.Item>{counted(models.count, 'model')}</List.Item>}
            {projects.count + models.count > 0 && (
              <List.Item>deployments that were made of these models</List.Item>
            )}
          </List>
          <Text fz="sm" c="dimmed">
            Frees {bytes(summary.totalSizeBytes)}, as the files are removed one after another.
          </Text>
          <TextInput
            label={
              <>
                Type <Code fz="sm">{word}</Code> to confirm
              </>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            data-autofocus
          />
          <ErrorNote error={empty.error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              Keep it
            </Button>
            <Button type="submit" color="red.8" disabled={typed !== word} loading={empty.isPending}>
              Empty trash
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
