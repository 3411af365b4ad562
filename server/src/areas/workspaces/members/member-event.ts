import type { Role } from '#contract/permissions.ts'
import type { Tx } from '../../../cells/database.ts'
import { loadDisplayNames } from '../../accounts/profiles/profile.ts'
import { type Doer, type EventName, recordActivity } from '../../activity/record-activity.ts'

type MemberChange =
  | 'member_joined'
  | 'member_left'
  | 'member_removed'
  | 'role_changed'
  | 'ownership_transferred'

const events: Record<MemberChange, EventName> = {
  member_joined: 'settings/created',
  member_left: 'settings/deleted',
  member_removed: 'settings/deleted',
  role_changed: 'settings/updated',
  ownership_transferred: 'settings/updated',
}

/** Tells the feed of a workspace about a member (SPEC 9.3). `before` and `after` are roles: what an undo would need. */
export const recordMember = async (
  tx: Tx,
  doer: Doer,
  change: MemberChange,
  { userId, before, after }: { userId: string; before?: Role; after?: Role },
  at: Date,
): Promise<void> => {
  const name = (await loadDisplayNames(tx, [userId])).get(userId)
  const metadata = {
    kind: 'member',
    change,
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
  }
  await recordActivity(tx, events[change], doer, { id: userId, ...(name ? { name } : {}), metadata }, at)
}
