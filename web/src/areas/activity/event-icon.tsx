import { ThemeIcon } from '@mantine/core'
import {
  IconActivityHeartbeat,
  IconCloud,
  IconCreditCard,
  type IconFolder,
  IconKey,
  IconMail,
  IconRestore,
  IconSettings,
  IconShieldLock,
  IconTrash,
  IconUserCheck,
  IconUsers,
} from '@tabler/icons-react'
import type { Action, ResourceType } from '#contract/activity.ts'
import { kinds } from '../../ui/kinds.ts'
import type { ActivityEvent } from './queries.ts'

/* Colours of SPEC 9.1. */
const looks: Record<ResourceType, { icon: typeof IconFolder; color: string }> = {
  ...kinds,
  training: { icon: IconActivityHeartbeat, color: 'blue' },
  settings: { icon: IconSettings, color: 'gray' },
  api_key: { icon: IconKey, color: 'yellow' },
  deployment: { icon: IconCloud, color: 'blue' },
  onboarding: { icon: IconUserCheck, color: 'green' },
}

/** Settings of a workspace that are about people, or about what it is. */
const kindIcons: Record<string, typeof IconFolder> = {
  member: IconUsers,
  invite: IconMail,
  billing: IconCreditCard,
  security: IconShieldLock,
  trash: IconTrash,
}

/** What an action looks like where it says more than what it was done to. */
const actionIcons: Partial<Record<Action, typeof IconFolder>> = {
  trashed: IconTrash,
  restored: IconRestore,
}

const trainingColors: Partial<Record<ActivityEvent['action'], string>> = {
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
}

type Seen = Pick<ActivityEvent, 'action' | 'resourceType' | 'metadata'>

/** What an event looks like: its icon, and the tint it stands on. */
export const lookOf = ({
  action,
  resourceType,
  metadata,
}: Seen): { icon: typeof IconFolder; color: string } => {
  const { icon, color } = looks[resourceType]
  const kind = resourceType === 'settings' ? kindIcons[String(metadata?.kind)] : undefined
  const tone = resourceType === 'training' ? trainingColors[action] : undefined
  return { icon: kind ?? actionIcons[action] ?? icon, color: tone ?? color }
}

export const EventIcon = ({ event, size = 34 }: { event: ActivityEvent; size?: number }) => {
  const { icon: Glyph, color } = lookOf(event)
  return (
    <ThemeIcon variant="light" color={color} size={size} radius="md" aria-hidden>
      <Glyph size={size * 0.53} stroke={1.7} />
    </ThemeIcon>
  )
}
