import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlayerStop } from '@tabler/icons-react'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { useVisitorMay } from '../accounts/visitor.ts'
import type { Model } from '../library/queries.ts'
import { useCancelTraining } from './queries.ts'

export const CancelTrainingButton = ({ model }: { model: Model }) => {
  const [asking, dialog] = useDisclosure()
  const cancel = useCancelTraining(model._id)
  const mayCancel = useVisitorMay('training.run', model.username)
  if (!mayCancel) return null
  const confirm = () =>
    cancel.mutate(undefined, {
      onSuccess: ({ warning }) => {
        dialog.close()
        if (warning) toast(warning)
      },
    })
  return (
    <>
      <Button variant="default" leftSection={<IconPlayerStop size={17} stroke={1.7} />} onClick={dialog.open}>
        Cancel run
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={dialog.close}
        title={`Cancel ${model.name}?`}
        confirm="Cancel run"
        cancel="Keep training"
        onConfirm={confirm}
        pending={cancel.isPending}
        error={cancel.error}
      >
        <Text>
          The training machine stops at its next check, usually the end of the current epoch. It then sends
          its best weights and what it has measured so far; both stay here.
        </Text>
      </ConfirmDialog>
    </>
  )
}
