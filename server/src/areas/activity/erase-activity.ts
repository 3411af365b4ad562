import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { ResourceType } from '#contract/activity.ts'
import type { Db, Tx } from '../../cells/database.ts'
import { eraseChain, eraseLinks } from './chain/erase-chain.ts'
import { takeFromQueue } from './chain/take-from-queue.ts'
import { recordActivity } from './record-activity.ts'
import { activityEvents } from './table.ts'

/** Takes away the whole feed of a workspace, in the transaction that takes the account away. Beside those
 *  below, nothing ever removes an event. */
export const eraseActivity = async (tx: Tx, workspaceId: string): Promise<void> => {
  await eraseChain(tx, workspaceId)
  await eraseAround(tx, workspaceId)
  await tx.delete(activityEvents).where(eq(activityEvents.workspaceId, workspaceId))
}

/** What is kept beside the events: how far they were read, and their names in blocks. */
const eraseAround = async (db: Db | Tx, workspaceId: string): Promise<void> => {
  await db.execute(sql`delete from activity_blocks where workspace_id = ${workspaceId}`)
  await db.execute(sql`delete from activity_indexed where workspace_id = ${workspaceId}`)
  await db.execute(sql`delete from activity_readers where workspace_id = ${workspaceId}`)
}

/** How many events one statement takes away. */
const batchMax = 5000

/** The same for a feed of any length, statement by statement, ahead of the transaction that takes the workspace away. Safe to repeat. */
export const eraseFeed = async (db: Db, workspaceId: string): Promise<void> => {
  for (let gone = batchMax; gone === batchMax; ) {
    const { rowCount } = await db.execute(sql`
      delete from activity_events where seq in (
        select seq from activity_events where workspace_id = ${workspaceId} limit ${batchMax})`)
    gone = rowCount ?? 0
  }
  await eraseLinks(db, workspaceId)
}

/** Takes back what was told of something that did not come to be, in the transaction that takes it away. An event that is part of the
 *  chain already stays, and its opposite follows, so that the chain keeps telling what happened. */
export const retractActivity = (
  tx: Tx,
  workspaceId: string,
  resourceType: ResourceType,
  resourceId: string,
): Promise<void> =>
  retract(
    tx,
    and(
      eq(activityEvents.workspaceId, workspaceId),
      eq(activityEvents.resourceType, resourceType),
      eq(activityEvents.resourceId, resourceId),
    ),
  )

/** The same for one event, by its id. */
export const retractEvent = (tx: Tx, id: string): Promise<void> => retract(tx, eq(activityEvents.id, id))

const retract = async (tx: Tx, which: SQL | undefined): Promise<void> => {
  const told = await tx.select().from(activityEvents).where(which)
  const unlinked = await takeFromQueue(tx, told)
  if (unlinked.length > 0) await tx.delete(activityEvents).where(inArray(activityEvents.seq, unlinked))
  for (const { id, userId, workspaceId, ...event } of told.filter(({ seq }) => !unlinked.includes(seq)))
    await recordActivity(
      tx,
      `${event.resourceType}/${event.action === 'created' ? 'deleted' : event.action}`,
      { userId, workspaceId },
      {
        ...(event.resourceId === null ? {} : { id: event.resourceId }),
        ...(event.resourceName === null ? {} : { name: event.resourceName }),
        metadata: { ...event.metadata, kind: 'undone', undoOf: id },
      },
      // It is taken back within the request that told it.
      event.createdAt,
    )
}
