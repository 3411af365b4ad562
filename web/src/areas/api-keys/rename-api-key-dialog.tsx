import { Modal } from '@mantine/core'
import { updateApiKey } from '#contract/api-keys.ts'
import { RenameForm } from '../../ui/rename-form.tsx'
import { type ApiKey, useUpdateApiKey } from './queries.ts'

type Props = { apiKey: ApiKey; opened: boolean; onClose: () => void }

export const RenameApiKeyDialog = ({ apiKey, opened, onClose }: Props) => {
  const { mutate, error, isPending } = useUpdateApiKey(apiKey.keyId)
  return (
    <Modal opened={opened} onClose={onClose} title="Rename key">
      <RenameForm
        name={apiKey.name}
        schema={updateApiKey.body.shape.name}
        description="The key itself stays as it is."
        error={error}
        isPending={isPending}
        onRename={(name) => mutate({ name }, { onSuccess: onClose })}
        onCancel={onClose}
      />
    </Modal>
  )
}
