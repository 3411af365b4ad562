import { List, Text } from '@mantine/core'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { useUpdateProject } from './changes.ts'
import type { Project } from './queries.ts'

/** Says what everybody will see, before a project is made public. */
export const MakePublicDialog = ({
  project,
  opened,
  onClose,
}: {
  project: Project
  opened: boolean
  onClose: () => void
}) => {
  const update = useUpdateProject(project._id)
  const models = project.modelCount === 1 ? 'its one model' : `all ${project.modelCount} of its models`
  const confirm = () =>
    update.mutate(
      { visibility: 'public' },
      {
        onSuccess: () => {
          onClose()
          toast(`Everybody can see ${project.name} now.`)
        },
      },
    )
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Make ${project.name} public?`}
      confirm="Make public"
      cancel="Keep it private"
      danger={false}
      onConfirm={confirm}
      pending={update.isPending}
      error={update.error}
    >
      <Text>Everybody, signed in or not, will be able to</Text>
      <List size="sm" spacing={4}>
        <List.Item>find it in Explore{project.archived ? ', once it is no longer archived' : ''}</List.Item>
        <List.Item>
          see {project.modelCount === 0 ? 'the models you will put in it' : models}, with metrics, plots and
          training arguments
        </List.Item>
        <List.Item>download the weights, and copy them into workspaces of their own</List.Item>
      </List>
      <Text fz="sm" c="dimmed">
        Console output and what a training machine tells of itself stay with members. You can make it private
        again at any time; copies that others made stay theirs.
      </Text>
    </ConfirmDialog>
  )
}
