import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import { explained } from '../../api/problem.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { type TrashItem, useRestore } from './queries.ts'
import { comesBack, counted } from './trash-words.ts'

type Props = { item: TrashItem; opened: boolean; onClose: () => void }
type Restored = NonNullable<ReturnType<typeof useRestore>['data']>

/** Asks, restores, and tells under which address it is back where that is another one now. */
export const RestoreDialog = ({ item, opened, onClose }: Props) => {
  const restore = useRestore()
  const { data: restored } = restore
  const close = () => {
    restore.reset()
    onClose()
  }
  const confirm = () =>
    restore.mutate(item, {
      onSuccess: (done) => {
        if (done.formerSlug) return
        toast(backAgain(item, done))
        close()
      },
    })
  if (restored?.formerSlug) return <Renamed item={item} restored={restored} opened={opened} onClose={close} />
  const parent = item.parentProject?.inTrash ? item.parentProject : undefined
  return (
    <ConfirmDialog
      opened={opened}
      onClose={close}
      title={parent ? 'Restore its project first?' : `Restore ${item.name}?`}
      confirm={parent ? 'Restore both' : 'Restore'}
      cancel="Not now"
      danger={false}
      onConfirm={confirm}
      pending={restore.isPending}
      error={explained(restore.error, words)}
    >
      {parent ? (
        <Text>
          “{item.name}” belongs to the project “{parent.name}”, which lies in the trash as well. A model
          cannot come back without its project: restore both, the project with the models that went along.
        </Text>
      ) : (
        <Text>{comesBack(item)}</Text>
      )}
      {item.type !== 'dataset' && (
        <Text fz="sm" c="dimmed">
          Models that come back count towards the limit of your plan again.
        </Text>
      )}
    </ConfirmDialog>
  )
}

const words = {
  trash_item_not_found: {
    title: 'That is no longer in the trash',
    advice: 'Somebody restored it or deleted it for good meanwhile.',
  },
  parent_in_trash: {
    title: 'Its project lies in the trash as well',
    advice: 'Restore the project first, then the model.',
  },
}

const backAgain = ({ name, type }: TrashItem, { restoredModels = 0 }: Restored): string =>
  type === 'project' && restoredModels > 0
    ? `${name} is back, with ${counted(restoredModels, 'model')}.`
    : `${name} is back.`

const Renamed = ({ item, restored, opened, onClose }: Props & { restored: Restored }) => (
  <Modal opened={opened} onClose={onClose} title="It is back, under another address">
    <Stack>
      <Text>
        {backAgain(item, restored)} Something new took its address meanwhile, so it has a number now:
      </Text>
      <Group gap={8}>
        <Code fz="sm" td="line-through">
          {restored.formerSlug}
        </Code>
        <span aria-hidden>→</span>
        <Code fz="sm">{restored.slug}</Code>
      </Group>
      <Text fz="sm" c="dimmed">
        Links and scripts that name {restored.formerSlug} reach the newer one.
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          Got it
        </Button>
      </Group>
    </Stack>
  </Modal>
)
