import {
  Autocomplete,
  Button,
  Checkbox,
  Divider,
  Group,
  Modal,
  Stack,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { updateProject } from '#contract/projects.ts'
import { ErrorNote } from '../../ui/error-state.tsx'
import { validateWith } from '../../ui/form.ts'
import { IconColours } from '../accounts/profile/icon-colours.tsx'
import { type ProjectChange, useUpdateProject } from './changes.ts'
import { besideSlug, commonLicenses, slugProblem } from './form-bits.ts'
import { ProjectPicture } from './project-picture.tsx'
import type { Project } from './queries.ts'

type Props = { project: Project; opened: boolean; onClose: () => void }

const valuesOf = (project: Project) => ({
  name: project.name,
  description: project.description ?? '',
  tags: project.tags,
  license: project.license ?? '',
  archived: project.archived,
  iconColor: project.iconColor ?? '',
  iconLetter: project.iconLetter ?? '',
})
type Values = ReturnType<typeof valuesOf>

/** What differs from what is kept: only that is sent, so that two people who change different things do not undo each other. */
const changeOf = (before: Values, after: Values): ProjectChange =>
  Object.fromEntries(
    Object.entries(after).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof Values]),
    ),
  )

const labels = {
  name: 'Name',
  description: 'Description',
  tags: 'Tags',
  license: 'Licence',
  iconColor: 'Colour',
  iconLetter: 'Initials',
}

/** Everything about a project that is not who sees it. */
const EditProjectDialog = ({ project, opened, onClose }: Props) => (
  <Modal opened={opened} onClose={onClose} title="Edit project" size="lg">
    <EditForm project={project} onClose={onClose} />
  </Modal>
)

const EditForm = ({ project, onClose }: Omit<Props, 'opened'>) => {
  const update = useUpdateProject(project._id)
  const navigate = useNavigate()
  const before = valuesOf(project)
  const check = validateWith(updateProject.body, labels)
  const form = useForm<Values>({
    initialValues: before,
    validate: (values) =>
      values.name.trim() ? check(changeOf(before, values)) : { name: 'Give the project a name' },
  })
  const { values } = form
  const submit = () => {
    const change = changeOf(before, values)
    if (Object.keys(change).length === 0) return onClose()
    update.mutate(change, {
      onSuccess: ({ slug }) => {
        onClose()
        if (slug !== project.slug)
          void navigate({
            to: '/$username/$project',
            params: { username: project.username, project: slug },
            replace: true,
          })
      },
    })
  }
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack>
        <TextInput
          {...form.getInputProps('name')}
          label="Name"
          description="A new name moves the address with it; the old one is not redirected."
          withAsterisk
          autoComplete="off"
          maxLength={120}
          error={form.errors.name ?? slugProblem(update.error)}
          data-autofocus
        />
        <Textarea
          {...form.getInputProps('description')}
          label="Description"
          autosize
          minRows={2}
          maxRows={10}
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
          disabled={project.licenseLocked}
          description={
            project.licenseLocked
              ? 'It came with the copy and has to stay.'
              : 'The name of a licence. Leave it empty when nothing is granted.'
          }
          maxLength={100}
        />
        <Divider color="var(--gh-border)" />
        <ProjectPicture project={project} color={values.iconColor} letter={values.iconLetter} />
        <Group gap="lg" align="flex-start">
          <IconColours
            color={values.iconColor}
            onColor={(color) => form.setFieldValue('iconColor', color)}
            disabled={false}
          />
          <TextInput
            {...form.getInputProps('iconLetter')}
            label="Initials"
            w={92}
            maxLength={2}
            placeholder={values.name.slice(0, 1).toUpperCase()}
          />
        </Group>
        <Divider color="var(--gh-border)" />
        <Checkbox
          {...form.getInputProps('archived', { type: 'checkbox' })}
          label="Archived"
          description="Takes it out of Explore and leaves it where it is."
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

export default EditProjectDialog
