import { List, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { sentenceOf } from '../../api/problem.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { refreshLibrary, useRestore, useTrash } from './changes.ts'

type Thing = { _id: string; name: string }
type Props = {
  kind: 'project' | 'model' | 'dataset'
  thing: Thing
  /** Models that go along with a project. */
  modelCount?: number
  /** Whether a training of it is under way. */
  live?: boolean
  /** Where to go, as the page of it is gone. */
  next: string
  opened: boolean
  onClose: () => void
}

/** Says what deleting does and does not do, and offers the way back right after. */
export const TrashDialog = ({ kind, thing, modelCount = 0, live, next, opened, onClose }: Props) => {
  const trash = useTrash(kind, thing._id)
  const client = useQueryClient()
  const router = useRouter()
  const restore = useRestore()
  const undo = () =>
    restore.mutate(
      { id: thing._id, type: kind },
      {
        onSuccess: ({ formerSlug, slug }) =>
          toast(
            formerSlug
              ? `${thing.name} is back, at ${slug}: its address was taken meanwhile.`
              : `${thing.name} is back.`,
          ),
        onError: (error) => toast(sentenceOf(error), { failed: true }),
      },
    )
  const confirm = () =>
    trash.mutate(undefined, {
      onSuccess: async () => {
        onClose()
        await router.navigate({ href: next, replace: true })
        void refreshLibrary(client)
        toast(`${thing.name} is in the trash.`, {
          actions: [
            { label: 'Undo', act: undo },
            { label: 'Open trash', act: () => router.history.push('/settings?tab=trash') },
          ],
        })
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Delete ${thing.name}?`}
      confirm="Move to trash"
      onConfirm={confirm}
      pending={trash.isPending}
      error={trash.error}
    >
      <List size="sm" spacing={4}>
        {kind === 'project' && modelCount > 0 && (
          <List.Item>{modelCount === 1 ? 'Its model goes' : `Its ${modelCount} models go`} along.</List.Item>
        )}
        {kind === 'dataset' && <List.Item>Its images, labels and versions go along.</List.Item>}
        {live && <List.Item>The training that is under way ends as cancelled.</List.Item>}
        <List.Item>Links to it stop working at once, downloads included.</List.Item>
        <List.Item>For 30 days it can be restored from the trash. Until then it counts in storage.</List.Item>
      </List>
      {kind === 'project' && modelCount === 0 && <Text fz="sm">There are no models in it.</Text>}
    </ConfirmDialog>
  )
}
