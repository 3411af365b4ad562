import type { Tx } from '../../../cells/database.ts'
import { type Doer, type EventName, recordActivity } from '../../activity/record-activity.ts'
import type { InviteRow } from '../table.ts'

type InviteChange = 'invite_sent' | 'invite_resent' | 'invite_cancelled' | 'invite_expired'

const events: Record<InviteChange, EventName> = {
  invite_sent: 'settings/created',
  invite_resent: 'settings/updated',
  invite_cancelled: 'settings/deleted',
  invite_expired: 'settings/deleted',
}

/** Tells the feed of a workspace about an invite. The address stays out of it: events are kept for ever, and in the clear. */
export const recordInvite = (
  tx: Tx,
  doer: Doer,
  change: InviteChange,
  { id, role }: Pick<InviteRow, 'id' | 'role'>,
  at: Date,
): Promise<void> =>
  recordActivity(
    tx,
    events[change],
    doer,
    { id, name: 'Invite', metadata: { kind: 'invite', change, role } },
    at,
  )
