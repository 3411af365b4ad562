import { Button, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { type DatasetTask, datasetTasks } from '#contract/dataset-fields.ts'
import { createDataset } from '#contract/datasets.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { validateWith } from '../../../ui/form.ts'
import { useMe } from '../../accounts/queries.ts'
import { besideSlug, slugProblem } from '../form-bits.ts'
import { VisibilityField } from '../visibility-field.tsx'
import { useCreateDataset } from './changes.ts'
import { taskWords } from './dataset-words.ts'

type Values = {
  name: string
  slug: string
  task: DatasetTask
  description: string
  visibility: 'public' | 'private'
}

const labels = { name: 'Name', slug: 'Address', task: 'Task', description: 'Description' }

/** What is left empty is left to the server. */
const bodyOf = ({ slug, description, ...rest }: Values) => ({
  ...rest,
  ...(slug.trim() && { slug: slug.trim() }),
  ...(description.trim() && { description }),
})

/** Asks for a name and a task, and ends in the new dataset, which waits for its images. */
const CreateDatasetDialog = ({ opened, onClose }: { opened: boolean; onClose: () => void }) => (
  <Modal opened={opened} onClose={onClose} title="Create a dataset">
    <DatasetForm onClose={onClose} />
  </Modal>
)

const DatasetForm = ({ onClose }: { onClose: () => void }) => {
  const { workspace } = useMe()
  const navigate = useNavigate()
  const create = useCreateDataset()
  const check = validateWith(createDataset.body, labels)
  const form = useForm<Values>({
    initialValues: {
      name: '',
      slug: '',
      task: 'detect',
      description: '',
      visibility: workspace.plan === 'enterprise' ? 'private' : 'public',
    },
    validate: (values) => (values.name.trim() ? check(bodyOf(values)) : { name: 'Give the dataset a name' }),
  })
  const submit = (values: Values) =>
    create.mutate(bodyOf(values), {
      onSuccess: ({ owner, slug }) => {
        onClose()
        void navigate({ to: '/$username/datasets/$dataset', params: { username: owner, dataset: slug } })
      },
    })
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <TextInput
          {...form.getInputProps('name')}
          label="Name"
          placeholder="Night roads"
          withAsterisk
          autoComplete="off"
          maxLength={120}
          data-autofocus
        />
        <NativeSelect
          {...form.getInputProps('task')}
          label="Task"
          description="What its labels say. A file that says otherwise changes it while the dataset is empty."
          data={datasetTasks.map((task) => ({ value: task, label: taskWords[task].join(': ') }))}
        />
        <TextInput
          {...form.getInputProps('slug')}
          label="Address"
          description={`Behind ${workspace.username}/datasets/. Made from the name when left empty.`}
          placeholder="night-roads"
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
            Create dataset
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default CreateDatasetDialog
