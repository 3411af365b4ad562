import { ActionIcon, Group, Menu, Tooltip } from '@mantine/core'
import {
  IconAdjustments,
  IconDots,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react'
import { useRef } from 'react'
import type { ApiKey } from './queries.ts'
import { usePauseOrResume } from './use-pause-or-resume.ts'

/** What opens a dialog of its own. */
export type KeyAct = 'rename' | 'rotate' | 'limit' | 'revoke'

type Props = { apiKey: ApiKey; onAct: (act: KeyAct) => void }

/** What may be done with a key: everything with one's own; pause, resume and revoke those of others (SPEC 5.2). */
export const ApiKeyMenu = ({ apiKey, onAct }: Props) => {
  const { name, isOwn, status, replacedAt } = apiKey
  const { pauseOrResume, isPending, mayResume } = usePauseOrResume(apiKey)
  // Of somebody else's key that is over only the bin is left.
  const hasMenu = isOwn || status !== 'expired'
  const button = useRef<HTMLButtonElement>(null)
  const act = (what: KeyAct) => {
    // A dialog gives the focus back to what had it; the menu item is gone by then.
    button.current?.focus()
    onAct(what)
  }
  return (
    <Group gap={2} wrap="nowrap">
      <Tooltip label="Revoke">
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={() => onAct('revoke')}
          aria-label={`Revoke ${name}`}
        >
          <IconTrash size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      {hasMenu && (
        <Menu withInitialFocusPlaceholder={false} position="bottom-end" width={200}>
          <Menu.Target>
            <ActionIcon
              ref={button}
              variant="subtle"
              color="gray"
              aria-label={`Manage ${name}`}
              loading={isPending}
            >
              <IconDots size={18} stroke={1.7} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {isOwn && (
              <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => act('rename')}>
                Rename
              </Menu.Item>
            )}
            {isOwn && status === 'active' && !replacedAt && (
              <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => act('rotate')}>
                Rotate
              </Menu.Item>
            )}
            {status === 'active' && (
              <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={pauseOrResume}>
                Pause
              </Menu.Item>
            )}
            {status === 'paused' && mayResume && (
              <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={pauseOrResume}>
                Resume
              </Menu.Item>
            )}
            {isOwn && (
              <Menu.Item leftSection={<IconAdjustments size={16} />} onClick={() => act('limit')}>
                Limits
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  )
}
