import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { isCopyleft } from '#contract/library-fields.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Me } from '../accounts/queries.ts'
import { useCloneProject } from './changes.ts'
import type { Project } from './queries.ts'
import { PrivateSourceNote, VisibilityField } from './visibility-field.tsx'

type Props = { project: Project; me: Me; opened: boolean; onClose: () => void }

/** Copies a project with its completed models into the workspace somebody acts in, and goes there. */
const CloneProjectDialog = ({ project, me, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title={`Copy ${project.name}`}>
    <CloneForm project={project} me={me} onClose={onClose} />
  </Modal>
)

const CloneForm = ({ project, me, onClose }: Omit<Props, 'opened'>) => {
  const clone = useCloneProject(project._id)
  const navigate = useNavigate()
  const usual = project.visibility === 'private' || me.workspace.plan === 'enterprise' ? 'private' : 'public'
  const [name, setName] = useState(project.name)
  const [visibility, setVisibility] = useState<'public' | 'private'>(usual)
  const submit = () =>
    clone.mutate(
      { name: name.trim() || project.name, visibility },
      {
        onSuccess: ({ owner, slug, clonedModels }) => {
          onClose()
          toast(
            clonedModels === 0
              ? 'The copy is yours. There were no completed models to take along.'
              : `The copy is yours, with ${clonedModels === 1 ? 'one model' : `${clonedModels} models`}. Weights arrive in the background.`,
          )
          void navigate({ to: '/$username/$project', params: { username: owner, project: slug } })
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
          The project and its completed models go into <b>{me.workspace.displayName}</b>. They count against
          the model limit and the storage there.
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
        {project.visibility === 'private' && visibility === 'public' && <PrivateSourceNote />}
        {project.license && (
          <Text fz="sm" c="dimmed">
            Its licence, {project.license}, comes along
            {project.licenseLocked || isCopyleft(project.license) ? ' and cannot be changed in the copy' : ''}
            .
          </Text>
        )}
        <ErrorNote error={clone.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={clone.isPending}>
            Copy project
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default CloneProjectDialog
