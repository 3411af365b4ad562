import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { IconWorld } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ErrorNote } from '../../ui/error-state.tsx'
import { LinkButton } from '../../ui/link-button.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Me } from '../accounts/queries.ts'
import { useCloneModel } from './changes.ts'
import { type Model, type Project, projectsQuery } from './queries.ts'

type Props = { model: Model; me: Me; opened: boolean; onClose: () => void }

/** Copies a completed model into a project of the workspace somebody acts in, and goes there. */
const CloneModelDialog = ({ model, me, opened, onClose }: Props) => {
  const { data, error, isPending } = useQuery({ ...projectsQuery(), enabled: opened })
  return (
    <Modal opened={opened} onClose={onClose} title={`Copy ${model.name}`}>
      {isPending && <Skeleton h={220} aria-hidden />}
      <ErrorNote error={data ? null : error} />
      {data?.projects.length === 0 && <NoProject onClose={onClose} />}
      {data && data.projects.length > 0 && (
        <CloneForm model={model} me={me} projects={data.projects} onClose={onClose} />
      )}
    </Modal>
  )
}

const NoProject = ({ onClose }: { onClose: () => void }) => (
  <Stack>
    <Text>A copy goes into a project of yours, and there is none yet. Create one, then come back.</Text>
    <Group justify="flex-end">
      <LinkButton to="/projects" onClick={onClose}>
        Go to projects
      </LinkButton>
    </Group>
  </Stack>
)

type FormProps = Omit<Props, 'opened'> & { projects: Project[] }

const CloneForm = ({ model, me, projects, onClose }: FormProps) => {
  const clone = useCloneModel(model._id)
  const navigate = useNavigate()
  const [slug, setSlug] = useState<string | null>(projects[0]?.slug ?? null)
  const [name, setName] = useState(model.name)
  const [agreed, setAgreed] = useState(false)
  const target = projects.find((project) => project.slug === slug)
  const isShown = model.visibility === 'private' && target?.visibility === 'public'
  const submit = () => {
    if (!target) return
    clone.mutate(
      {
        targetProjectSlug: target.slug,
        modelName: name.trim() || model.name,
        ...(isShown && { showPublicly: true }),
      },
      {
        onSuccess: ({ projectSlug, modelSlug, projectName }) => {
          onClose()
          toast(`The copy is in ${projectName}. Its weights arrive in the background.`)
          void navigate({
            to: '/$username/$project/$model',
            params: { username: me.workspace.username, project: projectSlug, model: modelSlug },
          })
        },
      },
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
      noValidate
    >
      <Stack>
        <Select
          label="Into the project"
          description={`In ${me.workspace.displayName}`}
          data={projects.map((project) => ({ value: project.slug, label: project.name }))}
          value={slug}
          onChange={(next) => {
            setSlug(next)
            setAgreed(false)
          }}
          searchable
          allowDeselect={false}
          nothingFoundMessage="No project is called that"
          data-autofocus
        />
        <TextInput
          label="Name of the copy"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          autoComplete="off"
        />
        {isShown && target && (
          <Alert color="orange" icon={<IconWorld size={18} />} title={`Everybody can see ${target.name}`}>
            <Stack gap="xs">
              <Text fz="sm">
                So far only members can see this model. Its copy would be open to the world.
              </Text>
              <Checkbox
                label="Show the copy publicly"
                checked={agreed}
                onChange={(event) => setAgreed(event.currentTarget.checked)}
              />
            </Stack>
          </Alert>
        )}
        <ErrorNote error={clone.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={clone.isPending} disabled={!target || (isShown && !agreed)}>
            Copy model
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default CloneModelDialog
