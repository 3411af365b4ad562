import { Autocomplete, Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { updateModel } from '#contract/models.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { type ModelChange, useUpdateModel } from './changes.ts'
import { commonLicenses } from './form-bits.ts'
import type { Model } from './queries.ts'

type Props = { model: Model; opened: boolean; onClose: () => void }

const valuesOf = (model: Model) => ({
  name: model.name,
  description: model.description ?? '',
  version: model.version ?? '',
  license: model.license ?? '',
  datasetSlug: model.datasetSlug ?? '',
})
type Values = ReturnType<typeof valuesOf>

/** What differs from what is kept. */
const changeOf = (before: Values, after: Values): ModelChange =>
  Object.fromEntries(
    Object.entries(after).filter(([field, value]) => value !== before[field as keyof Values]),
  )

const labels = {
  name: 'Name',
  description: 'Description',
  version: 'Version',
  license: 'Licence',
  datasetSlug: 'Dataset',
}

const EditModelDialog = ({ model, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title="Edit model">
    <EditForm model={model} onClose={onClose} />
  </Modal>
)

const EditForm = ({ model, onClose }: Omit<Props, 'opened'>) => {
  const update = useUpdateModel(model._id)
  const before = valuesOf(model)
  const check = validateWith(updateModel.body, labels)
  const form = useForm<Values>({
    initialValues: before,
    validate: (values) =>
      values.name.trim() ? check(changeOf(before, values)) : { name: 'Give the model a name' },
  })
  const submit = (values: Values) => {
    const change = changeOf(before, values)
    if (Object.keys(change).length === 0) return onClose()
    update.mutate(change, { onSuccess: onClose })
  }
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <TextInput
          {...form.getInputProps('name')}
          label="Name"
          description="Its address stays as it is."
          withAsterisk
          autoComplete="off"
          maxLength={120}
          data-autofocus
        />
        <Textarea
          {...form.getInputProps('description')}
          label="Description"
          autosize
          minRows={2}
          maxRows={10}
        />
        <Group grow align="flex-start">
          <TextInput {...form.getInputProps('version')} label="Version" maxLength={50} autoComplete="off" />
          <TextInput
            {...form.getInputProps('datasetSlug')}
            label="Dataset"
            placeholder="coco8"
            maxLength={128}
            autoComplete="off"
          />
        </Group>
        <Autocomplete
          {...form.getInputProps('license')}
          label="Licence"
          data={commonLicenses}
          disabled={model.licenseLocked}
          description={model.licenseLocked ? 'It came with the copy and has to stay.' : undefined}
          maxLength={100}
        />
        <ErrorNote error={update.error} />
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

export default EditModelDialog
