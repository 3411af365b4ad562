import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { isCopyleft } from '#contract/library-fields.ts'
import { bytes } from '../../../ui/bytes.ts'
import { counted } from '../../../ui/counted.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { toast } from '../../../ui/toast.tsx'
import type { Me } from '../../accounts/queries.ts'
import { PrivateSourceNote, VisibilityField } from '../visibility-field.tsx'
import { useCloneDataset } from './changes.ts'
import type { DatasetInFull } from './queries.ts'

type Props = { dataset: DatasetInFull; me: Me; opened: boolean; onClose: () => void }

/** Copies a dataset into the workspace somebody acts in, and goes there. */
const CloneDatasetDialog = ({ dataset, me, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title={`Copy ${dataset.name}`}>
    <CloneForm dataset={dataset} me={me} onClose={onClose} />
  </Modal>
)

const CloneForm = ({ dataset, me, onClose }: Omit<Props, 'opened'>) => {
  const clone = useCloneDataset(dataset._id)
  const navigate = useNavigate()
  const usual = dataset.visibility === 'private' || me.workspace.plan === 'enterprise' ? 'private' : 'public'
  const [name, setName] = useState(dataset.name)
  const [visibility, setVisibility] = useState<'public' | 'private'>(usual)
  const submit = () =>
    clone.mutate(
      { name: name.trim() || dataset.name, visibility },
      {
        onSuccess: ({ owner, slug }) => {
          onClose()
          toast('The copy is yours. Its images arrive in the background.')
          void navigate({ to: '/$username/datasets/$dataset', params: { username: owner, dataset: slug } })
        },
      },
    )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      noValidate
    >
      <Stack>
        <Text fz="sm" c="dimmed">
          {counted(dataset.imageCount, 'image')}, {bytes(dataset.totalBytes)},{' '}
          {dataset.imageCount === 1 ? 'goes' : 'go'} into <b>{me.workspace.displayName}</b> and{' '}
          {dataset.imageCount === 1 ? 'counts' : 'count'} in the storage there. Versions stay with the
          original.
        </Text>
        <TextInput
          label="Name of the copy"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          autoComplete="off"
          data-autofocus
        />
        <VisibilityField value={visibility} onChange={setVisibility} />
        {dataset.visibility === 'private' && visibility === 'public' && <PrivateSourceNote />}
        {dataset.license && (
          <Text fz="sm" c="dimmed">
            Its licence, {dataset.license}, comes along
            {dataset.licenseLocked || isCopyleft(dataset.license) ? ' and cannot be changed in the copy' : ''}
            .
          </Text>
        )}
        <ErrorNote error={clone.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={clone.isPending}>
            Copy dataset
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default CloneDatasetDialog
