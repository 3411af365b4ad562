import { Box, Loader, Text, UnstyledButton } from '@mantine/core'
import { IconCheck, IconLock } from '@tabler/icons-react'
import { WorkspaceIcon } from '../../ui/workspace-icon.tsx'

type Props = {
  name: string
  /** Role and plan, in a few words. */
  facts: string
  icon: { letter: string | undefined; color: string | undefined; imageUrl: string | null | undefined }
  active: boolean
  /** Why it cannot be entered just like that. */
  locked?: string | undefined
  entering: boolean
  /** Without it the row can be reached, to read why it is locked, but not chosen. */
  onChoose: (() => void) | undefined
}

/** One workspace of the switcher. */
export const SwitcherRow = ({ name, facts, icon, active, locked, entering, onChoose }: Props) => (
  <li>
    <UnstyledButton
      className="gh-switcher-row"
      data-row
      aria-current={active || undefined}
      aria-disabled={!onChoose || undefined}
      aria-busy={entering || undefined}
      onClick={onChoose}
    >
      <WorkspaceIcon name={name} {...icon} size={30} />
      <Box miw={0} flex={1}>
        <Text fz="sm" fw={active ? 620 : 520} truncate lh={1.3}>
          {name}
        </Text>
        <Text fz="xs" c="dimmed" lh={1.35} truncate={!locked}>
          {locked ?? facts}
        </Text>
      </Box>
      {entering && <Loader size={15} />}
      {!entering && active && <IconCheck size={17} stroke={2} color="var(--gh-accent)" aria-hidden />}
      {!entering && locked && <IconLock size={16} stroke={1.7} aria-hidden />}
    </UnstyledButton>
  </li>
)
