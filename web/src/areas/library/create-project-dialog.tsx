import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { createProject } from '#contract/projects.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { useMe } from '../accounts/queries.ts'
import { useCreateProject } from './changes.ts'
import { besideSlug, slugProblem } from './form-bits.ts'
import { VisibilityField } from './visibility-field.tsx'

type Values = { name: string; slug: string; description: string; visibility: 'public' | 'private' }

const labels = { name: 'Name', slug: 'Address', description: 'Description' }

/** What is left empty is left to the server. */
const bodyOf = ({ slug, description, ...rest }: Values) => ({
  ...rest,
  ...(slug.trim() && { slug: slug.trim() }),
  ...(description.trim() && { description }),
})

/** Asks for a name, and ends in the new project. */
const CreateProjectDialog = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => (
  <Modal opened={opened} onClose={onClose} title="Create a project">
    <ProjectForm onClose={onClose} />
  </Modal>
)

const ProjectForm = ({ onClose }: { onClose: () => void }) => {
  const { workspace } = useMe()
  const navigate = useNavigate()
  const create = useCreateProject()
  const check = validateWith(createProject.body, labels)
  const form = useForm<Values>({
    initialValues: {
      name: '',
      slug: '',
      description: '',
      visibility: workspace.plan === 'enterprise' ? 'private' : 'public',
    },
    validate: (values) => (values.name.trim() ? check(bodyOf(values)) : { name: 'Give the project a name' }),
  })
  const submit = (values: Values) =>
    create.mutate(bodyOf(values), {
      onSuccess: ({ owner, slug }) => {
        onClose()
        void navigate({ to: '/$username/$project', params: { username: owner, project: slug } })
      },
    })
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <TextInput
          {...form.getInputProps('name')}
          label="Name"
          placeholder="Warehouse cameras"
          withAsterisk
          autoComplete="off"
          maxLength={120}
          data-autofocus
        />
        <TextInput
          {...form.getInputProps('slug')}
          label="Address"
          description={`Behind ${workspace.username}/. Made from the name when left empty.`}
          placeholder="warehouse-cameras"
          autoComplete="off"
          maxLength={128}
          error={form.errors.slug ?? slugProblem(create.error)}
        />
        <Textarea
          {...form.getInputProps('description')}
          label="Description"
          autosize
          minRows={2}
          maxRows={8}
        />
        <VisibilityField
          value={form.values.visibility}
          onChange={(visibility) => form.setFieldValue('visibility', visibility)}
        />
        <ErrorNote error={besideSlug(create.error)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create project
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default CreateProjectDialog
