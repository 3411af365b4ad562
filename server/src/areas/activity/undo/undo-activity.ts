import { and, eq } from 'drizzle-orm'
import { may } from '#contract/permissions.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedByRole } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import { activityEvents, activityUndone } from '../table.ts'
import { type Undoers, undoableOf, undoerOf, undoSeconds } from './undoers.ts'

/** Undoes an event within an hour, once; what it takes is in the same transaction. The inverse is an event like any other, and can be undone
 *  in its turn. Refuses with event_not_found, permission_denied, not_undoable, undo_done, undo_expired and undo_conflict. */
export const undoActivity = async (
  undoers: Undoers,
  actor: Actor,
  eventId: string,
  at: Date,
): Promise<void> => {
  const { cell, id: workspaceId } = actor.workspace
  const [row] = await cell.db
    .select()
    .from(activityEvents)
    .where(and(eq(activityEvents.workspaceId, workspaceId), eq(activityEvents.id, eventId)))
  if (!row) throw refuse('event_not_found')
  const event = undoableOf(row)
  const undoer = undoerOf(undoers, row, event)
  if (!undoer) throw refuse('not_undoable')
  if (!may(actor.role, undoer.permission)) throw deniedByRole(actor, undoer.permission)
  await cell.db.transaction(async (tx) => {
    // Of two at once the second waits here, and then finds that it was done.
    const claimed = await tx
      .insert(activityUndone)
      .values({ eventId, workspaceId, undoneBy: actor.userId, undoneAt: at })
      .onConflictDoNothing()
      .returning({ id: activityUndone.eventId })
    if (claimed.length === 0) throw refuse('undo_done')
    if (isUndoOver(row.createdAt, at)) throw refuse('undo_expired')
    await undoer.undo(tx, actor, event, at)
  })
}

export const undoUntil = (createdAt: Date): Date => new Date(createdAt.getTime() + undoSeconds * 1000)

export const isUndoOver = (createdAt: Date, at: Date): boolean => at > undoUntil(createdAt)
