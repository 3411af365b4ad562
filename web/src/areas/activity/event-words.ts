import type { Action, ResourceType } from '#contract/activity.ts'
import type { ActivityEvent } from './queries.ts'
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
export const eventWords = ({ action, resourceType, resourceName, metadata }: Told): Words => {
  if (resourceType === 'onboarding' && action === 'completed') return { lead: 'Created this account' }
  const told = resourceType === 'settings' && metadata && workspaceWords(metadata, resourceName)
  const change = told || securityWords(metadata)
  if (change) return change
  if (resourceType === 'settings' && action === 'updated')
    return { lead: 'Updated settings', name: resourceName }
  if (resourceType === 'api_key') return keyWords(action, resourceName, metadata)
  if (resourceType === 'training' && action === 'failed')
    return { lead: 'Training failed', name: resourceName }
  if (metadata?.change === 'cancel_requested') return { lead: 'Asked to stop training', name: resourceName }
  return { lead: `${verbs[action]} ${nouns[resourceType]}`, name: resourceName }
}

const keyChanges: Record<string, string> = {
  renamed: 'Renamed an API key to',
  paused: 'Paused API key',
  resumed: 'Resumed API key',
  limits_changed: 'Changed the limits of API key',
  rotated: 'Rotated API key',
}

const keyWords = (action: Action, name: string | undefined, metadata: Told['metadata']): Words => {
  const replaced = metadata?.replaces
  if (action === 'deleted') return { lead: 'Revoked API key', name }
  if (action === 'created' && typeof replaced === 'string')
    return { lead: 'Created API key', name, tail: `in place of ${replaced}…` }
  const change = action === 'updated' && keyChanges[String(metadata?.change)]
  return { lead: change || `${verbs[action]} ${nouns.api_key}`, name }
}

const providers: Record<string, string> = {
  google: 'Google',
  github: 'GitHub',
  apple: 'Apple',
  local: 'the local provider',
}

/** Changes of how somebody gets in, and of what they earned by it, by the `change` of their metadata. */
const securityWords = (metadata: Told['metadata']): Words | undefined => {
  const passkey = typeof metadata?.passkey === 'string' ? metadata.passkey : undefined
  const provider = providers[String(metadata?.provider)]
  switch (metadata?.change) {
    case 'password_changed':
      return { lead: 'Changed the password' }
    case 'password_reset':
      return { lead: 'Reset the password' }
    case 'totp_added':
      return { lead: 'Set up an authenticator app' }
    case 'totp_removed':
      return { lead: 'Removed the authenticator app' }
    case 'passkey_added':
      return { lead: 'Added passkey', name: passkey }
    case 'passkey_renamed':
      return { lead: 'Renamed a passkey to', name: passkey }
    case 'passkey_removed':
      return { lead: 'Removed passkey', name: passkey }
    case 'recovery_codes_renewed':
      return { lead: 'Replaced the recovery codes' }
    case 'recovery_code_used':
      return { lead: 'Signed in with a recovery code' }
    case 'provider_connected':
      return { lead: 'Connected', name: provider }
    case 'provider_disconnected':
      return { lead: 'Disconnected', name: provider }
    case 'sessions_revoked':
      return { lead: metadata.count === 1 ? 'Ended a session' : `Ended ${metadata.count} sessions` }
    case 'signed_in_from_new_device':
      return { lead: 'Signed in from a new browser' }
    case 'second_factor_locked':
      return { lead: 'Locked the second step after too many wrong codes' }
    case 'email_added':
      return { lead: 'Added an e-mail address' }
    case 'email_verified':
      return { lead: 'Confirmed an e-mail address' }
    case 'email_removed':
      return { lead: 'Removed an e-mail address' }
    case 'primary_email_changed':
      return { lead: 'Changed the primary e-mail address' }
    case 'second_factor_required':
      return {
        lead: metadata.required
          ? 'Asked members for a second factor'
          : 'Stopped asking members for a second factor',
      }
    case 'signup_bonus':
      return { lead: `Earned $${(Number(metadata.amountCents) / 100).toFixed(2)} more sign-up credit` }
    default:
      return undefined
  }
}
