import { Text } from '@mantine/core'
import { explained } from '../../api/problem.ts'
import { bytes } from '../../ui/bytes.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { counted } from '../../ui/counted.ts'
import { toast } from '../../ui/toast.tsx'
import { type TrashItem, useDeleteForGood } from './queries.ts'
import { goesForGood } from './trash-words.ts'

type Props = { item: TrashItem; opened: boolean; onClose: () => void }

export const DeleteForGoodDialog = ({ item, opened, onClose }: Props) => {
  const remove = useDeleteForGood()
  const close = () => {
    remove.reset()
    onClose()
  }
  const confirm = () =>
    remove.mutate(item, {
      onSuccess: (surviving) => {
        toast(`${item.name} is deleted for good.${surviving > 0 ? ` ${goOn(surviving)}` : ''}`)
        close()
      },
    })
  return (
    <ConfirmDialog
      opened={opened}
      onClose={close}
      title={`Delete ${item.name} for good?`}
      confirm="Delete for good"
      onConfirm={confirm}
      pending={remove.isPending}
      error={explained(remove.error, words)}
    >
      <Text>This cannot be undone. {goesForGood(item)}</Text>
      <Text fz="sm" c="dimmed">
        {item.sizeBytes > 0 && `Frees ${bytes(item.sizeBytes)}. `}
        {item.type !== 'dataset' && 'Deployments that were made of it go on without it.'}
      </Text>
    </ConfirmDialog>
  )
}

const words = {
  trash_item_not_found: {
    title: 'That is no longer in the trash',
    advice: 'Somebody restored it or deleted it for good meanwhile.',
  },
}

const goOn = (surviving: number): string =>
  `${counted(surviving, 'deployment')} ${surviving === 1 ? 'goes' : 'go'} on without it.`
