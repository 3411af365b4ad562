import { and, count, eq, gt } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import { refuse } from '../../../door/refusal.ts'
import { type CurrentAllowances, needsPlan } from '../allowances.ts'
import { invites, memberships } from '../table.ts'

/** Members, and invites that can still be accepted. An invite whose time is up holds no seat, whether or not the clock's work has
 *  been done. */
export const countSeats = async (
  tx: Tx,
  workspaceId: string,
  at: Date,
): Promise<{ members: number; pending: number }> => {
  const [active] = await tx
    .select({ n: count() })
    .from(memberships)
    .where(eq(memberships.workspaceId, workspaceId))
  const [pending] = await tx
    .select({ n: count() })
    .from(invites)
    .where(
      and(eq(invites.workspaceId, workspaceId), eq(invites.status, 'pending'), gt(invites.expiresAt, at)),
    )
  return { members: active?.n ?? 0, pending: pending?.n ?? 0 }
}

/** Refuses with seat_limit_reached when `taken` seats leave none. The caller holds the workspace's lock. */
export const requireSeat = (allowances: CurrentAllowances, taken: number): void => {
  if (taken < allowances.seatsMax) return
  if (allowances.licenseExpired) throw refuse('license_expired')
  if (allowances.seatsMax === 1)
    throw refuse('seat_limit_reached', {
      ...needsPlan(allowances.nextPlan),
      hint: `The ${allowances.name} plan has one seat, the owner's. Inviting people takes Pro or Enterprise.`,
    })
  throw refuse('seat_limit_reached', {
    hint: `All ${allowances.seatsMax} seats are taken. Remove a member or cancel an invite first.`,
  })
}
