import type { Words } from './workspace-words.ts'

const providers: Record<string, string> = {
  google: 'Google',
  github: 'GitHub',
  apple: 'Apple',
  local: 'the local provider',
}

/** Changes of how somebody gets in, and of what they earned by it, by the `change` of their metadata. */
export const securityWords = (metadata: Record<string, unknown>): Words | undefined => {
  const passkey = typeof metadata.passkey === 'string' ? metadata.passkey : undefined
  const provider = providers[String(metadata.provider)]
  switch (metadata.change) {
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
