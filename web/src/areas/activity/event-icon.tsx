import { ThemeIcon } from '@mantine/core'
import {
  IconActivityHeartbeat,
  IconBox,
  IconCloud,
  IconCreditCard,
  IconDatabase,
  IconFolder,
  IconKey,
  IconMail,
  IconPackageExport,
  IconSettings,
  IconUserCheck,
  IconUsers,
} from '@tabler/icons-react'
import type { ResourceType } from '#contract/activity.ts'
import type { ActivityEvent } from './queries.ts'

/* Colours of SPEC 9.1. */
const looks: Record<ResourceType, { icon: typeof IconFolder; color: string }> = {
  project: { icon: IconFolder, color: 'blue' },
  dataset: { icon: IconDatabase, color: 'green' },
  model: { icon: IconBox, color: 'grape' },
  training: { icon: IconActivityHeartbeat, color: 'blue' },
  settings: { icon: IconSettings, color: 'gray' },
  api_key: { icon: IconKey, color: 'yellow' },
  export: { icon: IconPackageExport, color: 'yellow' },
  deployment: { icon: IconCloud, color: 'blue' },
  onboarding: { icon: IconUserCheck, color: 'green' },
}

/** Settings of a workspace that are about people, or about what it is. */
const kindIcons: Record<string, typeof IconFolder> = {
  member: IconUsers,
  invite: IconMail,
  billing: IconCreditCard,
}

const trainingColors: Partial<Record<ActivityEvent['action'], string>> = {
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
}

export const EventIcon = ({ event, size = 34 }: { event: ActivityEvent; size?: number }) => {
  const { icon, color } = looks[event.resourceType]
  const kind = event.resourceType === 'settings' && kindIcons[String(event.metadata?.kind)]
  const Glyph = kind || icon
  const tone = event.resourceType === 'training' ? (trainingColors[event.action] ?? color) : color
  return (
    <ThemeIcon variant="light" color={tone} size={size} radius="md" aria-hidden>
      <Glyph size={size * 0.53} stroke={1.7} />
    </ThemeIcon>
  )
}
