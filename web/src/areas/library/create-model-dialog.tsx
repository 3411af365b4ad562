import { Button, Group, Modal, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { datasetTasks } from '#contract/dataset-fields.ts'
import { createModel } from '#contract/models.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { useCreateModel } from './changes.ts'
import { besideSlug, slugProblem } from './form-bits.ts'
import type { Project } from './queries.ts'

type Props = { project: Project; opened: boolean; onClose: () => void }
type Values = { name: string; slug: string; task: string; version: string; description: string }

const labels = { name: 'Name', slug: 'Address', version: 'Version', description: 'Description' }

/** For a model that was trained elsewhere. Ends on its page, where weights can be uploaded. */
const CreateModelDialog = ({ project, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title="Add a model">
    <ModelForm project={project} onClose={onClose} />
  </Modal>
)

const ModelForm = ({ project, onClose }: Omit<Props, 'opened'>) => {
  const create = useCreateModel()
  const navigate = useNavigate()
  const bodyOf = (values: Values) => ({
    projectId: project._id,
    ...(Object.fromEntries(
      Object.entries(values).filter(([, text]) => text.trim() !== ''),
    ) as Partial<Values>),
  })
  const check = validateWith(createModel.body, labels)
  const form = useForm<Values>({
    initialValues: { name: '', slug: '', task: 'detect', version: '', description: '' },
    validate: (values) => (values.name.trim() ? check(bodyOf(values)) : { name: 'Give the model a name' }),
  })
  const submit = (values: Values) =>
    create.mutate(bodyOf(values), {
      onSuccess: ({ owner, project: slug, slug: model }) => {
        onClose()
        void navigate({
          to: '/$username/$project/$model',
          params: { username: owner, project: slug, model },
          search: { tab: 'files' },
        })
      },
    })
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <Text fz="sm" c="dimmed">
          For a model that was trained elsewhere: its weights are uploaded next. A training run makes its
          model by itself.
        </Text>
        <TextInput
          {...form.getInputProps('name')}
          label="Name"
          placeholder="Night shift, large"
          withAsterisk
          autoComplete="off"
          maxLength={120}
          data-autofocus
        />
        <TextInput
          {...form.getInputProps('slug')}
          label="Address"
          description={`Behind ${project.username}/${project.slug}/. Made from the name when left empty.`}
          autoComplete="off"
          maxLength={128}
          error={form.errors.slug ?? slugProblem(create.error)}
        />
        <Group grow align="flex-start">
          <NativeSelect {...form.getInputProps('task')} label="Task" data={[...datasetTasks]} />
          <TextInput {...form.getInputProps('version')} label="Version" maxLength={50} autoComplete="off" />
        </Group>
        <Textarea
          {...form.getInputProps('description')}
          label="Description"
          autosize
          minRows={2}
          maxRows={8}
        />
        <ErrorNote error={besideSlug(create.error)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add model
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default CreateModelDialog
