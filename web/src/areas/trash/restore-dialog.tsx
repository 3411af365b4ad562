import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core'
import { explained } from '../../api/problem.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { counted } from '../../ui/counted.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { toast } from '../../ui/toast.tsx'
import { type Restored, type TrashItem, useRestore } from './queries.ts'
import { comesBack } from './trash-words.ts'

type Props = { item: TrashItem; opened: boolean; onClose: () => void }

/** Asks, restores, and tells under which address it is back where that is another one now, and what did not come along. */
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
        if (needsReading(done)) return
        toast(backAgain(done))
        close()
      },
    })
  if (restored && needsReading(restored))
    return <Outcome item={item} restored={restored} opened={opened} onClose={close} />
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

const needsReading = ({ back, refusal }: Restored): boolean =>
  refusal !== undefined || back.some(({ formerSlug }) => formerSlug)

/** "Roads is back, with 2 models." "Roads and early are back, with 2 models." */
const backAgain = ({ back }: Restored): string => {
  const names = back.map(({ name }) => name).join(' and ')
  const { restoredModels = 0 } = back[0] ?? {}
  const along = restoredModels > 0 ? `, with ${counted(restoredModels, 'model')}` : ''
  return `${names} ${back.length === 1 ? 'is' : 'are'} back${along}.`
}

const Outcome = ({ item, restored, opened, onClose }: Props & { restored: Restored }) => {
  const { back, refusal } = restored
  const renamed = back.filter(({ formerSlug }) => formerSlug)
  const title = refusal ? `${item.name} is not back yet` : 'It is back, under another address'
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Stack>
        <Text>{backAgain(restored)}</Text>
        {renamed.length > 0 && (
          <>
            <Text>Something new took the address meanwhile, so it has a number now:</Text>
            {renamed.map(({ slug, formerSlug }) => (
              <Group key={slug} gap={8}>
                <Code fz="sm" td="line-through">
                  {formerSlug}
                </Code>
                <span aria-hidden>→</span>
                <Code fz="sm">{slug}</Code>
              </Group>
            ))}
            <Text fz="sm" c="dimmed">
              Links and scripts that name the former address reach the newer one.
            </Text>
          </>
        )}
        <ErrorNote error={explained(refusal, words)} />
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Got it
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
