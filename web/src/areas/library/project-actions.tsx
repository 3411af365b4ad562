import { ActionIcon, Group, Menu } from '@mantine/core'
import { IconCopy, IconDots, IconEdit, IconLock, IconPlus, IconTrash, IconWorld } from '@tabler/icons-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { may } from '#contract/permissions.ts'
import { sentenceOf } from '../../api/problem.ts'
import { toast } from '../../ui/toast.tsx'
import { useVisitor, useVisitorMay } from '../accounts/visitor.ts'
import { useUpdateProject } from './changes.ts'
import { CopyButton } from './copy-button.tsx'
import type { Project } from './queries.ts'
import { StarButton } from './star-button.tsx'
import { TrashDialog } from './trash-dialog.tsx'
import { MakeProjectPublicDialog } from './visibility-dialog.tsx'

// Most visits open none of them.
const EditProjectDialog = lazy(() => import('./edit-project-dialog.tsx'))
const CloneProjectDialog = lazy(() => import('./clone-project-dialog.tsx'))
const CreateModelDialog = lazy(() => import('./create-model-dialog.tsx'))

type Asked = 'edit' | 'public' | 'clone' | 'trash' | 'model'

/** What can be done with a project: by everybody a star, by whoever has a place for it a copy, by its editors all the rest. */
export const ProjectActions = ({ project }: { project: Project }) => {
  const visitor = useVisitor()
  const mayEdit = useVisitorMay('library.edit', project.username)
  const mayTrash = useVisitorMay('library.trash', project.username)
  const mayCopy = Boolean(visitor && may(visitor.workspace.role, 'library.edit'))
  const update = useUpdateProject(project._id)
  const [asked, setAsked] = useState<Asked>()
  const [opened, setOpened] = useState(false)
  const menu = useRef<HTMLButtonElement>(null)
  const ask = (what: Asked) => {
    setAsked(what)
    setOpened(true)
  }
  const close = () => {
    setOpened(false)
    // The entry of the menu that would get the focus back is gone.
    menu.current?.focus()
  }
  const hide = () =>
    update.mutate(
      { visibility: 'private' },
      {
        onSuccess: () => toast(`Only members of the workspace see ${project.name} now.`),
        onError: (error) => toast(sentenceOf(error), { failed: true }),
      },
    )
  const dialog = { project, opened, onClose: close }
  return (
    <Group gap="xs">
      <StarButton kind="project" thing={project} />
      {!mayEdit && <CopyButton what="project" allowed={mayCopy} onCopy={() => ask('clone')} />}
      {mayEdit && (
        <Menu position="bottom-end" shadow="md" radius="md" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon
              ref={menu}
              variant="default"
              size={36}
              loading={update.isPending}
              aria-label={`Actions for ${project.name}`}
            >
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconEdit size={16} stroke={1.7} />} onClick={() => ask('edit')}>
              Edit
            </Menu.Item>
            <Menu.Item leftSection={<IconPlus size={16} stroke={1.7} />} onClick={() => ask('model')}>
              Add a model
            </Menu.Item>
            {project.visibility === 'private' ? (
              <Menu.Item leftSection={<IconWorld size={16} stroke={1.7} />} onClick={() => ask('public')}>
                Make public
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconLock size={16} stroke={1.7} />} onClick={hide}>
                Make private
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconCopy size={16} stroke={1.7} />} onClick={() => ask('clone')}>
              Make a copy
            </Menu.Item>
            {mayTrash && (
              <Menu.Item
                color="var(--mantine-color-error)"
                leftSection={<IconTrash size={16} stroke={1.7} />}
                onClick={() => ask('trash')}
              >
                Delete
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {asked === 'public' && <MakeProjectPublicDialog {...dialog} />}
      {asked === 'trash' && (
        <TrashDialog
          kind="project"
          thing={project}
          modelCount={project.modelCount}
          next="/projects"
          opened={opened}
          onClose={close}
        />
      )}
      <Suspense>
        {asked === 'edit' && <EditProjectDialog {...dialog} />}
        {asked === 'model' && <CreateModelDialog {...dialog} />}
        {asked === 'clone' && visitor && <CloneProjectDialog {...dialog} me={visitor} />}
      </Suspense>
    </Group>
  )
}
