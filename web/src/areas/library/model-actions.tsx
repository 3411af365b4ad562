import { ActionIcon, Menu } from '@mantine/core'
import { IconCopy, IconDots, IconEdit, IconTrash } from '@tabler/icons-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { may } from '#contract/permissions.ts'
import { useVisitor, useVisitorMay } from '../accounts/visitor.ts'
import { CopyButton } from './copy-button.tsx'
import { isLive, type Model } from './queries.ts'
import { StarButton } from './star-button.tsx'
import { TrashDialog } from './trash-dialog.tsx'

// Most visits open none of them.
const EditModelDialog = lazy(() => import('./edit-model-dialog.tsx'))
const CloneModelDialog = lazy(() => import('./clone-model-dialog.tsx'))

type Asked = 'edit' | 'clone' | 'trash'

/** What can be done with a model, beside its training and its files. */
export const ModelActions = ({ model }: { model: Model }) => {
  const visitor = useVisitor()
  const mayEdit = useVisitorMay('library.edit', model.username)
  const mayCopy = Boolean(visitor && may(visitor.workspace.role, 'library.edit'))
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
  const completed = model.status === 'completed'
  const dialog = { model, opened, onClose: close }
  return (
    <>
      <StarButton kind="model" thing={model} />
      {!mayEdit && completed && <CopyButton what="model" allowed={mayCopy} onCopy={() => ask('clone')} />}
      {mayEdit && (
        <Menu position="bottom-end" shadow="md" radius="md" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon ref={menu} variant="default" size={36} aria-label={`Actions for ${model.name}`}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconEdit size={16} stroke={1.7} />} onClick={() => ask('edit')}>
              Edit
            </Menu.Item>
            <Menu.Item
              leftSection={<IconCopy size={16} stroke={1.7} />}
              onClick={() => ask('clone')}
              disabled={!completed}
            >
              {completed ? 'Copy to a project' : 'Copy to a project, once it is completed'}
            </Menu.Item>
            <Menu.Item
              color="var(--mantine-color-error)"
              leftSection={<IconTrash size={16} stroke={1.7} />}
              onClick={() => ask('trash')}
            >
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {asked === 'trash' && (
        <TrashDialog
          kind="model"
          thing={model}
          live={isLive(model)}
          next={`/${model.username}/${model.projectSlug}`}
          opened={opened}
          onClose={close}
        />
      )}
      <Suspense>
        {asked === 'edit' && <EditModelDialog {...dialog} />}
        {asked === 'clone' && visitor && <CloneModelDialog {...dialog} me={visitor} />}
      </Suspense>
    </>
  )
}
