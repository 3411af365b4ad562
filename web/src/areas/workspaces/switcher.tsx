import { Box, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, lazy, Suspense, useRef, useState } from 'react'
import { plans } from '#contract/plans.ts'
import { regions } from '#contract/regions.ts'
import { roleNames } from '../../ui/role-names.ts'
import { WorkspaceIcon } from '../../ui/workspace-icon.tsx'
import { isOwnWorkspace, type Me, settingsQuery } from '../accounts/queries.ts'

// Most visits never open it.
const SwitcherList = lazy(() => import('./switcher-list.tsx'))

const panelId = 'workspace-switcher'
const gap = 6

type Props = { me: Me; onCreateTeam: () => void }

/** Where one is: the workspace, its plan and where its data lives. Opens the list of all the others. The browser's own popover, as
 *  in the user menu; it only has to be put below its button. */
export const Switcher = ({ me, onCreateTeam }: Props) => {
  const { workspace } = me
  const { data: settings } = useQuery({ ...settingsQuery(), enabled: !workspace.deniedReason })
  // Counted: closed and opened again quickly, the browser tells of it in one event, and the list begins anew all the same.
  const [opening, setOpening] = useState(0)
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLElement>(null)
  const name = settings?.displayName || workspace.displayName
  const role = isOwnWorkspace(me) ? undefined : roleNames[workspace.role]
  const hide = () => panel.current?.hidePopover()

  const place = () => {
    const below = button.current?.getBoundingClientRect()
    if (!below || !panel.current) return
    panel.current.style.top = `${below.bottom + gap}px`
    panel.current.style.left = `${below.left}px`
  }
  const openByArrow = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown') return
    event.preventDefault()
    panel.current?.showPopover()
  }

  return (
    <>
      <UnstyledButton
        ref={button}
        className="gh-switcher"
        popoverTarget={panelId}
        onKeyDown={openByArrow}
        data-tour="workspace"
      >
        <WorkspaceIcon
          name={name}
          letter={settings?.iconLetter}
          color={settings?.iconColor}
          imageUrl={settings?.imageUrl}
        />
        <VisuallyHidden>Switch workspace. Now in </VisuallyHidden>
        <Box miw={0} flex={1}>
          <Text fz="sm" fw={600} truncate lh={1.3}>
            {name}
          </Text>
          <Text
            fz="xs"
            c="dimmed"
            truncate
            lh={1.35}
            title={`Data region: ${regions[workspace.region].label}`}
          >
            {plans[workspace.plan].name} {role ? `· ${role}` : 'plan'} · {workspace.region.toUpperCase()}
          </Text>
        </Box>
        <IconSelector size={16} stroke={1.7} aria-hidden style={{ flexShrink: 0 }} />
      </UnstyledButton>
      <section
        ref={panel}
        id={panelId}
        popover="auto"
        className="gh-switcher-panel"
        aria-label="Your workspaces"
        onBeforeToggle={place}
        onToggle={(event) => {
          setOpen(event.newState === 'open')
          setOpening((count) => count + 1)
        }}
        // The sidebar of a phone, which Escape closes too, stays.
        onKeyDown={(event) => event.key === 'Escape' && event.stopPropagation()}
      >
        {open && (
          <Suspense>
            <SwitcherList
              key={opening}
              me={me}
              onDone={hide}
              onCreateTeam={() => {
                hide()
                onCreateTeam()
              }}
            />
          </Suspense>
        )}
      </section>
    </>
  )
}
