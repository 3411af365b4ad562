import type { Action, ResourceType } from '#contract/activity.ts'
import type { ActivityEvent } from './queries.ts'

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

const verbs: Record<Action, string> = {
  created: 'Created',
  updated: 'Updated',
  deleted: 'Deleted',
  trashed: 'Moved to trash:',
  restored: 'Restored',
  started: 'Started',
  completed: 'Completed',
  failed: 'Failed:',
  cancelled: 'Cancelled',
  uploaded: 'Uploaded',
  shared: 'Made public:',
  unshared: 'Made private:',
  exported: 'Exported',
  cloned: 'Cloned',
  analyzed: 'Analyzed',
}

type Told = Pick<ActivityEvent, 'action' | 'resourceType' | 'resourceName' | 'metadata'>

/** What happened, and to what: `{ lead: 'Created API key', name: 'Training server' }`. */
export const eventWords = ({
  action,
  resourceType,
  resourceName,
  metadata,
}: Told): { lead: string; name?: string } => {
  if (resourceType === 'onboarding' && action === 'completed') return { lead: 'Created this account' }
  if (resourceType === 'settings' && action === 'updated')
    return { lead: 'Updated settings', name: resourceName }
  if (resourceType === 'api_key' && action === 'deleted')
    return { lead: 'Revoked API key', name: resourceName }
  if (resourceType === 'training' && action === 'failed')
    return { lead: 'Training failed', name: resourceName }
  if (metadata?.change === 'cancel_requested') return { lead: 'Asked to stop training', name: resourceName }
  return { lead: `${verbs[action]} ${nouns[resourceType]}`, name: resourceName }
}
