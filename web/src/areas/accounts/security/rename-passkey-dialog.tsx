import { Modal } from '@mantine/core'
import { renamePasskey } from '#contract/factors.ts'
import { RenameForm } from '../../../ui/rename-form.tsx'
import { type Passkey, useRenamePasskey } from '../security-queries.ts'

type Props = { passkey: Passkey; opened: boolean; onClose: () => void }

export const RenamePasskeyDialog = ({ opened, onClose, passkey }: Props) => {
  const { mutate, error, isPending } = useRenamePasskey()
  return (
    <Modal opened={opened} onClose={onClose} title="Rename passkey">
      <RenameForm
        name={passkey.name}
        schema={renamePasskey.body.shape.name}
        error={error}
        isPending={isPending}
        onRename={(name) => mutate({ id: passkey.id, name }, { onSuccess: onClose })}
        onCancel={onClose}
      />
    </Modal>
  )
}
