import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedByRole } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { doerOf } from '../../activity/doer.ts'
import { lockWorkspace } from '../storage.ts'
import { memberships } from '../table.ts'
import { giveSlotsBack, slotsOfTeam, takingSlot } from '../teams/team-slots.ts'
import { findMember, lockTeam } from './lock-team.ts'
import { recordMember } from './member-event.ts'

/** Hands the workspace to another member; the owner before becomes an admin. Counts against the target's limit of owned teams, which is
 *  kept across regions. Refuses with permission_denied, member_not_found, team_limit_reached, or invalid_request for a personal
 *  workspace, which belongs to its person. */
export const transferOwnership = async (
  house: Pick<House, 'directory' | 'cells'>,
  actor: Actor,
  targetId: string,
  at: Date,
): Promise<void> => {
  const { cell, id: workspaceId, accountType } = actor.workspace
  if (accountType === 'personal')
    throw refuse('invalid_request', { message: 'A personal workspace stays with its person' })
  if (targetId === actor.userId)
    throw refuse('invalid_request', { message: 'targetUserId: is the owner already' })
  await requireMember(actor, targetId)
  const place = { cellId: cell.id, subjectId: workspaceId }
  const handOver = async (tx: Tx, from: string, to: string) => {
    await swapOwner(tx, workspaceId, from, to)
    const change = { userId: to, after: 'owner' } as const
    await recordMember(tx, doerOf(actor), 'ownership_transferred', change, at)
  }
  const write = () =>
    cell.db.transaction(async (tx) => {
      const { role } = await lockTeam(tx, actor)
      if (role !== 'owner') throw deniedByRole({ ...actor, role }, 'team.transfer')
      if (!(await findMember(tx, workspaceId, targetId))) throw refuse('member_not_found')
      await handOver(tx, actor.userId, targetId)
      return true
    })
  const undo = () =>
    cell.db.transaction(async (tx) => {
      await lockWorkspace(tx, workspaceId)
      const [owner, before] = [
        await findMember(tx, workspaceId, targetId),
        await findMember(tx, workspaceId, actor.userId),
      ]
      // Whoever has gone on from there knows better.
      if (owner?.role === 'owner' && before?.role === 'admin') await handOver(tx, targetId, actor.userId)
    })
  const slots = await slotsOfTeam(house.directory, actor.userId, workspaceId)
  const hint = 'They own as many teams as one person may.'
  await takingSlot(house, targetId, [], place, at, { write, undo }, hint)
  await giveSlotsBack(house.directory, slots, actor.userId, at)
}

/** Before anything is reserved for the target: they may be nobody. */
const requireMember = async ({ workspace }: Actor, userId: string): Promise<void> => {
  const member = await findMember(workspace.cell.db, workspace.id, userId)
  if (!member) throw refuse('member_not_found')
}

/** There is one owner at every moment: the row before steps down first. */
const swapOwner = async (tx: Tx, workspaceId: string, from: string, to: string): Promise<void> => {
  for (const [userId, role] of [
    [from, 'admin'],
    [to, 'owner'],
  ] as const)
    await tx
      .update(memberships)
      .set({ role })
      .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)))
}
