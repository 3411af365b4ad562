import type { Action, ResourceType } from '#contract/activity.ts'
import { libraryWords } from './library-words.ts'
import type { ActivityEvent } from './queries.ts'
import { securityWords } from './security-words.ts'
import { type Words, workspaceWords } from './workspace-words.ts'

const nouns: Record<ResourceType, string> = {
  project: 'project',
  dataset: 'dataset',
  model: 'model',
  training: 'training',
  settings: 'settings',
  api_key: 'API key',
  export: 'export',
  deployment: 'deployment',
  onboarding: 'account',
}

/** What stands before the noun and, for some, what stands after the name: "Made project **harbor** public". */
const verbs: Record<Action, { lead: string; tail?: string }> = {
  created: { lead: 'Created' },
  updated: { lead: 'Updated' },
  deleted: { lead: 'Deleted' },
  trashed: { lead: 'Moved', tail: 'to the trash' },
  restored: { lead: 'Restored', tail: 'from the trash' },
  started: { lead: 'Started' },
  completed: { lead: 'Completed' },
  failed: { lead: 'Failed' },
  cancelled: { lead: 'Cancelled' },
  uploaded: { lead: 'Uploaded files of' },
  shared: { lead: 'Made', tail: 'public' },
  unshared: { lead: 'Made', tail: 'private' },
  exported: { lead: 'Exported' },
  cloned: { lead: 'Cloned' },
  analyzed: { lead: 'Analyzed' },
}

type Told = Pick<ActivityEvent, 'action' | 'resourceType' | 'resourceName' | 'metadata'>

/** What happened, and to what: `{ lead: 'Created API key', name: 'Training server' }`. */
export const eventWords = (event: Told): Words => {
  const { action, resourceType, resourceName: name, metadata = {} } = event
  return (
    (resourceType === 'onboarding' && action === 'completed'
      ? { lead: 'Created this account' }
      : undefined) ??
    (resourceType === 'settings' ? (workspaceWords(metadata, name) ?? securityWords(metadata)) : undefined) ??
    (resourceType === 'api_key' ? keyWords(action, name, metadata) : undefined) ??
    libraryWords(event) ??
    plainWords(event)
  )
}

/** What the vocabulary alone says. */
const plainWords = ({ action, resourceType, resourceName: name }: Told): Words => {
  const noun = nouns[resourceType]
  if (action === 'failed') return { lead: `${noun.charAt(0).toUpperCase()}${noun.slice(1)} failed`, name }
  // Settings are one thing, so their name says which part of them.
  if (resourceType === 'settings') return { lead: `${verbs[action].lead} ${noun}`, name }
  const { lead, tail } = verbs[action]
  return { lead: `${lead} ${noun}`, name, ...(tail ? { tail } : {}) }
}

/** The whole sentence, for those who hear it. */
export const sentenceOfEvent = (event: Told): string => {
  const { lead, name, tail } = eventWords(event)
  return [lead, name, tail].filter(Boolean).join(' ')
}

const keyChanges: Record<string, string> = {
  renamed: 'Renamed an API key to',
  paused: 'Paused API key',
  resumed: 'Resumed API key',
  limits_changed: 'Changed the limits of API key',
  rotated: 'Rotated API key',
}

const keyWords = (
  action: Action,
  name: string | undefined,
  metadata: Record<string, unknown>,
): Words | undefined => {
  const { replaces, change } = metadata
  if (action === 'deleted') return { lead: 'Revoked API key', name }
  if (action === 'created' && typeof replaces === 'string')
    return { lead: 'Created API key', name, tail: `in place of ${replaces}…` }
  const lead = action === 'updated' && keyChanges[String(change)]
  return lead ? { lead, name } : undefined
}
