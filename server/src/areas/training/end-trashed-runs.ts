import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { Tx } from '../../cells/database.ts'
import { type Doer, recordAll } from '../activity/record-activity.ts'
import { models } from '../library/table.ts'
import { trainingRuns } from './table.ts'

/** Ends what still trains the models that `which` names as cancelled, by whoever moves them to the trash; nobody is mailed what they did themselves. The client
 *  is not asked to stop: when its model comes back in time, it is heard again and its results count (decision 0048). The caller has locked
 *  the workspace, so that nothing starts meanwhile. */
export const endTrashedRuns = async (tx: Tx, doer: Doer, which: SQL | undefined, at: Date): Promise<void> => {
  const ended = await tx
    .update(trainingRuns)
    .set({ status: 'cancelled', endedAt: at })
    .where(
      and(
        eq(trainingRuns.workspaceId, doer.workspaceId),
        inArray(trainingRuns.modelId, tx.select({ id: models.id }).from(models).where(which)),
        eq(trainingRuns.status, 'running'),
      ),
    )
    .returning({ modelId: trainingRuns.modelId })
  if (ended.length === 0) return
  const stopped = await tx
    .update(models)
    .set({ status: 'cancelled', cancelRequested: false })
    .where(
      inArray(
        models.id,
        ended.map(({ modelId }) => modelId),
      ),
    )
    .returning({ id: models.id, name: models.name })
  const tellings = stopped.map(({ id, name }) => ({
    event: 'training/cancelled' as const,
    doer,
    subject: { id, name, metadata: { reason: 'trashed' } },
  }))
  await recordAll(tx, tellings, at)
}
