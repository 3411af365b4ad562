import { eq } from 'drizzle-orm'
import type { House } from '../../house.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { locateWorkspace } from './find-membership.ts'
import { operatorId } from './members/shared-email.ts'
import { lockWorkspace } from './storage.ts'
import { workspaces } from './table.ts'

/** Most seats an operator can grant. */
export const grantedSeatsMax = 10_000

/** Puts a workspace on Enterprise at once: `seats` members and invites, until `until` or for good. An operator's command (SPEC 18). Answers
 *  undefined for a username that is nobody's. */
export const grantEnterprise = async (
  house: Pick<House, 'directory' | 'cells'>,
  username: string,
  { seats, until }: { seats: number; until: Date | null },
  at: Date,
): Promise<{ workspaceId: string; cellId: string; region: string } | undefined> => {
  const place = await locateWorkspace(house, username)
  if (!place) return undefined
  const { cell, workspaceId } = place
  await cell.db.transaction(async (tx) => {
    await lockWorkspace(tx, workspaceId)
    await tx
      .update(workspaces)
      .set({ plan: 'enterprise', seatsMax: seats, enterpriseUntil: until })
      .where(eq(workspaces.id, workspaceId))
    const metadata = {
      kind: 'billing',
      change: 'enterprise_granted',
      seats,
      ...(until ? { until: until.toISOString() } : {}),
    }
    const doer = { userId: operatorId, workspaceId }
    await recordActivity(tx, 'settings/updated', doer, { id: workspaceId, name: 'Plan', metadata }, at)
  })
  return { workspaceId, cellId: cell.id, region: cell.region }
}
