import type { Tx } from '../../cells/database.ts'
import type { ReleasedBy } from '../../directory/table.ts'
import { type Doer, recordActivity } from '../activity/record-activity.ts'

/** What can change about how a person gets in, as the feed tells it in `metadata.change` (SPEC 9.1, 9.3). */
export type SecurityChange =
  | 'password_changed'
  | 'password_reset'
  | 'totp_added'
  | 'totp_removed'
  | 'passkey_added'
  | 'passkey_renamed'
  | 'passkey_removed'
  | 'recovery_codes_renewed'
  | 'recovery_code_used'
  | 'provider_connected'
  | 'provider_disconnected'
  | 'sessions_revoked'
  | 'signed_in_from_new_device'
  | 'second_factor_locked'
  | 'email_added'
  | 'email_verified'
  | 'email_removed'
  | 'primary_email_changed'

const names: Record<SecurityChange, string> = {
  password_changed: 'Password',
  password_reset: 'Password',
  totp_added: 'Authenticator app',
  totp_removed: 'Authenticator app',
  passkey_added: 'Passkey',
  passkey_renamed: 'Passkey',
  passkey_removed: 'Passkey',
  recovery_codes_renewed: 'Recovery codes',
  recovery_code_used: 'Recovery codes',
  provider_connected: 'Connected accounts',
  provider_disconnected: 'Connected accounts',
  sessions_revoked: 'Sessions',
  signed_in_from_new_device: 'Sessions',
  second_factor_locked: 'Sign-in',
  email_added: 'Emails',
  email_verified: 'Emails',
  email_removed: 'Emails',
  primary_email_changed: 'Emails',
}

/** Who changed it: the person themselves, always in their own workspace. */
export type Self = Pick<Doer, 'userId' | 'requestId' | 'sealClient'>

/** The same, as the directory keeps it for the janitor. */
export const releasedBy = ({ userId, requestId }: Self): ReleasedBy => ({
  userId,
  ...(requestId ? { requestId } : {}),
})

/** Tells the person's own feed that something about getting in has changed. `facts` never hold an address or a secret. */
export const recordSecurity = (
  tx: Tx,
  { userId, requestId, sealClient }: Self,
  change: SecurityChange,
  at: Date,
  facts: Record<string, string | number | boolean> = {},
): Promise<void> =>
  recordActivity(
    tx,
    'settings/updated',
    { userId, workspaceId: userId, requestId, sealClient },
    { name: names[change], metadata: { kind: 'security', change, ...facts } },
    at,
  )
