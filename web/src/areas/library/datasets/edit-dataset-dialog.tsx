import {
  Autocomplete,
  Button,
  Group,
  JsonInput,
  Modal,
  NativeSelect,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { type DatasetTask, datasetTasks } from '#contract/dataset-fields.ts'
import { updateDataset } from '#contract/datasets.ts'
import { ErrorNote } from '../../../ui/error-state.tsx'
import { validateWith } from '../../../ui/form.ts'
import { besideSlug, commonLicenses, slugProblem } from '../form-bits.ts'
import { type DatasetChange, useUpdateDataset } from './changes.ts'
import { taskWords } from './dataset-words.ts'
import { type DatasetInFull, isProcessing } from './queries.ts'

type Props = { dataset: DatasetInFull; opened: boolean; onClose: () => void }

const valuesOf = (dataset: DatasetInFull) => ({
  name: dataset.name,
  slug: dataset.slug,
  description: dataset.description ?? '',
  task: dataset.task,
  tags: dataset.tags,
  license: dataset.license ?? '',
  metadata: Object.keys(dataset.metadata).length === 0 ? '' : JSON.stringify(dataset.metadata, null, 2),
})
type Values = ReturnType<typeof valuesOf>

/** What differs from what is kept: only that is sent, so that two people who change different things do not undo each other. */
const changeOf = (before: Values, after: Values): DatasetChange => {
  const { metadata, ...rest } = Object.fromEntries(
    Object.entries(after).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof Values]),
    ),
  ) as Partial<Values>
  return {
    ...rest,
    task: rest.task as DatasetTask | undefined,
    ...(metadata !== undefined && { metadata: metadata.trim() ? JSON.parse(metadata) : {} }),
  }
}

const isRecord = (text: string): boolean => {
  if (!text.trim()) return true
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

const labels = {
  name: 'Name',
  slug: 'Address',
  description: 'Description',
  task: 'Task',
  tags: 'Tags',
  license: 'Licence',
  metadata: 'Metadata',
}

/** Everything about a dataset but its classes, and who sees it. */
const EditDatasetDialog = ({ dataset, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title="Edit dataset" size="lg">
    <EditForm dataset={dataset} onClose={onClose} />
  </Modal>
)

const EditForm = ({ dataset, onClose }: Omit<Props, 'opened'>) => {
  const update = useUpdateDataset(dataset._id)
  const navigate = useNavigate()
  const before = valuesOf(dataset)
  const check = validateWith(updateDataset.body, labels)
  const form = useForm<Values>({
    initialValues: before,
    validate: (values) => {
      if (!values.name.trim()) return { name: 'Give the dataset a name' }
      if (!isRecord(values.metadata)) return { metadata: 'Metadata must be an object in JSON, or empty' }
      return check(changeOf(before, values))
    },
  })
  const submit = (values: Values) => {
    const change = changeOf(before, values)
    if (Object.values(change).every((value) => value === undefined)) return onClose()
    update.mutate(change, {
      onSuccess: ({ slug }) => {
        onClose()
        if (slug !== dataset.slug)
          void navigate({
            to: '/$username/datasets/$dataset',
            params: { username: dataset.username, dataset: slug },
            search: true,
            replace: true,
          })
      },
    })
  }
  const busy = isProcessing(dataset)
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <TextInput
          {...form.getInputProps('name')}
          label="Name"
          description="A new name moves the address with it, unless you give it another one below."
          withAsterisk
          autoComplete="off"
          maxLength={120}
          data-autofocus
        />
        <TextInput
          {...form.getInputProps('slug')}
          label="Address"
          description={`Behind ${dataset.username}/datasets/. The old one is not redirected: trainings have to name the new one.`}
          autoComplete="off"
          maxLength={128}
          error={form.errors.slug ?? slugProblem(update.error)}
        />
        <Textarea
          {...form.getInputProps('description')}
          label="Description"
          autosize
          minRows={2}
          maxRows={10}
        />
        <NativeSelect
          {...form.getInputProps('task')}
          label="Task"
          disabled={busy}
          description={
            busy
              ? 'It stays while a file is being taken in.'
              : 'What its labels say. Labels that are there stay as they are.'
          }
          data={datasetTasks.map((task) => ({ value: task, label: taskWords[task].join(': ') }))}
        />
        <TagsInput
          {...form.getInputProps('tags')}
          label="Tags"
          description="Press Enter after each."
          maxTags={50}
          clearable
        />
        <Autocomplete
          {...form.getInputProps('license')}
          label="Licence"
          data={commonLicenses}
          disabled={dataset.licenseLocked}
          description={
            dataset.licenseLocked
              ? 'It came with the copy and has to stay.'
              : 'The name of a licence. Leave it empty when nothing is granted.'
          }
          maxLength={100}
        />
        <JsonInput
          {...form.getInputProps('metadata')}
          label="Metadata"
          description="An object in JSON, for programs of your own."
          placeholder={'{ "camera": "roof" }'}
          autosize
          minRows={2}
          maxRows={10}
        />
        <ErrorNote error={besideSlug(update.error)} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={update.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export default EditDatasetDialog
