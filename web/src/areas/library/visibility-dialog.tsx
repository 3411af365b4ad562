import { List, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { useUpdateProject } from './changes.ts'
import type { Project } from './queries.ts'

type Change = { visibility: 'public' }

/** A change of a thing, as its own hook makes it. */
type Update = {
  mutate: (change: Change, told: { onSuccess: () => void }) => void
  isPending: boolean
  error: Error | null
}

/** Says what everybody will be able to do, before a thing is made public; below, what else there is to know. */
export const MakePublicDialog = ({
  name,
  update,
  everybodyMay,
  opened,
  onClose,
  children,
}: {
  name: string
  update: Update
  everybodyMay: string[]
  opened: boolean
  onClose: () => void
  children: ReactNode
}) => {
  const confirm = () =>
    update.mutate(
      { visibility: 'public' },
      {
        onSuccess: () => {
          onClose()
          toast(`Everybody can see ${name} now.`)
        },
      },
    )
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Make ${name} public?`}
      confirm="Make public"
      cancel="Keep it private"
      danger={false}
      onConfirm={confirm}
      pending={update.isPending}
      error={update.error}
    >
      <Text>Everybody, signed in or not, will be able to</Text>
      <List size="sm" spacing={4}>
        {everybodyMay.map((what) => (
          <List.Item key={what}>{what}</List.Item>
        ))}
      </List>
      <Text fz="sm" c="dimmed">
        {children}
      </Text>
    </ConfirmDialog>
  )
}

/** The same of a project. */
export const MakeProjectPublicDialog = ({
  project,
  ...dialog
}: {
  project: Project
  opened: boolean
  onClose: () => void
}) => {
  const models = project.modelCount === 1 ? 'its one model' : `all ${project.modelCount} of its models`
  return (
    <MakePublicDialog
      {...dialog}
      name={project.name}
      update={useUpdateProject(project._id)}
      everybodyMay={[
        `find it in Explore${project.archived ? ', once it is no longer archived' : ''}`,
        `see ${project.modelCount === 0 ? 'the models you will put in it' : models}, with metrics, plots and training arguments`,
        'download the weights, and copy them into workspaces of their own',
      ]}
    >
      Console output and what a training machine tells of itself stay with members. You can make it private
      again at any time; copies that others made stay theirs.
    </MakePublicDialog>
  )
}
