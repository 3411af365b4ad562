import { ActionIcon, Group, Menu } from '@mantine/core'
import { IconCopy, IconDots, IconEdit, IconLock, IconTrash, IconWorld } from '@tabler/icons-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { may } from '#contract/permissions.ts'
import { sentenceOf } from '../../../api/problem.ts'
import { counted } from '../../../ui/counted.ts'
import { toast } from '../../../ui/toast.tsx'
import { useVisitor, useVisitorMay } from '../../accounts/visitor.ts'
import { CopyButton } from '../copy-button.tsx'
import { StarButton } from '../star-button.tsx'
import { TrashDialog } from '../trash-dialog.tsx'
import { MakePublicDialog } from '../visibility-dialog.tsx'
import { useUpdateDataset } from './changes.ts'
import { type DatasetInFull, isProcessing } from './queries.ts'

// Most visits open none of them.
const EditDatasetDialog = lazy(() => import('./edit-dataset-dialog.tsx'))
const CloneDatasetDialog = lazy(() => import('./clone-dataset-dialog.tsx'))

type Asked = 'edit' | 'public' | 'clone' | 'trash'

/** What can be done with a dataset: by everybody a star, by whoever has a place for it a copy, by its editors all the rest. */
export const DatasetActions = ({ dataset }: { dataset: DatasetInFull }) => {
  const visitor = useVisitor()
  const mayEdit = useVisitorMay('library.edit', dataset.username)
  const mayTrash = useVisitorMay('library.trash', dataset.username)
  const mayCopy = Boolean(visitor && may(visitor.workspace.role, 'library.edit'))
  const update = useUpdateDataset(dataset._id)
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
        onSuccess: () =>
          toast(
            `${dataset.name} is private now. Links to images that were given out work for about another day.`,
          ),
        onError: (error) => toast(sentenceOf(error), { failed: true }),
      },
    )
  const dialog = { dataset, opened, onClose: close }
  return (
    <Group gap="xs">
      <StarButton kind="dataset" thing={dataset} />
      {!mayEdit && <CopyButton what="dataset" allowed={mayCopy} onCopy={() => ask('clone')} />}
      {mayEdit && (
        <Menu position="bottom-end" shadow="md" radius="md" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon
              ref={menu}
              variant="default"
              size={36}
              loading={update.isPending}
              aria-label={`Actions for ${dataset.name}`}
            >
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconEdit size={16} stroke={1.7} />} onClick={() => ask('edit')}>
              Edit
            </Menu.Item>
            {dataset.visibility === 'private' ? (
              <Menu.Item leftSection={<IconWorld size={16} stroke={1.7} />} onClick={() => ask('public')}>
                Make public
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconLock size={16} stroke={1.7} />} onClick={hide}>
                Make private
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<IconCopy size={16} stroke={1.7} />}
              onClick={() => ask('clone')}
              disabled={isProcessing(dataset)}
            >
              {isProcessing(dataset) ? 'Make a copy, once it is ready' : 'Make a copy'}
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
      {asked === 'public' && <MakeDatasetPublicDialog {...dialog} />}
      {asked === 'trash' && (
        <TrashDialog kind="dataset" thing={dataset} next="/datasets" opened={opened} onClose={close} />
      )}
      <Suspense>
        {asked === 'edit' && <EditDatasetDialog {...dialog} />}
        {asked === 'clone' && visitor && <CloneDatasetDialog {...dialog} me={visitor} />}
      </Suspense>
    </Group>
  )
}

type DialogProps = { dataset: DatasetInFull; opened: boolean; onClose: () => void }

/** Says what everybody will see, before a dataset is made public. */
const MakeDatasetPublicDialog = ({ dataset, ...dialog }: DialogProps) => (
  <MakePublicDialog
    {...dialog}
    name={dataset.name}
    update={useUpdateDataset(dataset._id)}
    everybodyMay={[
      'find it in Explore',
      `see ${dataset.imageCount === 0 ? 'the images you will put in it' : counted(dataset.imageCount, 'image')} with the labels, and all versions`,
      'train on it, download it, and copy it into workspaces of their own',
    ]}
  >
    Look once more for faces, number plates and anything else that must not be seen. Pictures keep what
    cameras wrote into them, often with the place where they were taken, unless they came so large that they
    were made smaller here. You can make it private again at any time; copies that others made stay theirs,
    and links to images that were given out work for about another day.
  </MakePublicDialog>
)
