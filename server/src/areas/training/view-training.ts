import { and, asc, eq, gt } from 'drizzle-orm'
import type { Reply } from '#contract/endpoint.ts'
import type { getConsole, getTraining } from '#contract/training.ts'
import { refuse } from '../../door/refusal.ts'
import type { SeenModel } from '../library/visible.ts'
import { newestRunOf } from './run.ts'
import { runConsoleChunks, runEpochs } from './table.ts'

type EpochRow = typeof runEpochs.$inferSelect

/** A reply holds at most this much of a run's epochs, read in pages: a run may be as long as its client likes. */
const epochsBytesMax = 16 * 2 ** 20
const epochsPage = 500

const readEpochs = async ({ cell }: SeenModel, runId: string): Promise<EpochRow[]> => {
  const rows: EpochRow[] = []
  for (let bytes = 0, after = -1; bytes < epochsBytesMax; ) {
    const page = await cell.db
      .select()
      .from(runEpochs)
      .where(and(eq(runEpochs.runId, runId), gt(runEpochs.epoch, after)))
      .orderBy(asc(runEpochs.epoch))
      .limit(epochsPage)
    rows.push(...page)
    bytes += JSON.stringify(page).length
    const last = page.at(-1)
    if (!last || page.length < epochsPage) break
    after = last.epoch
  }
  return rows
}

/** The newest run of a model as a page follows it. What the training machine tells of itself is for members only. */
export const viewTraining = async (seen: SeenModel, at: Date): Promise<Reply<typeof getTraining>> => {
  const run = await newestRunOf(seen.cell.db, seen.model.id)
  if (!run) return { job: null }
  const epochs = await readEpochs(seen, run.id)
  const isMember = seen.role !== null
  const currentEpoch = (epochs.at(-1)?.epoch ?? -1) + 1
  const totalEpochs = Math.max(run.epochs ?? 0, currentEpoch)
  const elapsedMs = (run.endedAt ?? at).getTime() - run.startedAt.getTime()
  // Measured to the last epoch that arrived, so that the estimate does not drift while the next one is under way.
  const lastEpochAt = epochs.at(-1)?.receivedAt
  const timePerEpochMs = lastEpochAt ? (lastEpochAt.getTime() - run.startedAt.getTime()) / currentEpoch : null
  const { gpuType, gpuMemoryGb } = run.environment
  return {
    job: {
      id: run.id,
      status: run.status,
      cancelRequested: run.cancelRequestedAt !== null && run.status === 'running',
      progress: {
        currentEpoch,
        totalEpochs,
        percentage:
          run.status === 'completed' ? 100 : totalEpochs ? Math.floor((100 * currentEpoch) / totalEpochs) : 0,
        startedAt: run.startedAt.toISOString(),
        ...(run.endedAt ? { completedAt: run.endedAt.toISOString() } : {}),
      },
      timing: {
        elapsedMs,
        timePerEpochMs,
        etaMs:
          run.status === 'running' && timePerEpochMs !== null
            ? Math.max(0, timePerEpochMs * totalEpochs - elapsedMs)
            : null,
      },
      compute: {
        gpuType: typeof gpuType === 'string' ? gpuType : null,
        gpuDisplayName: typeof gpuType === 'string' ? gpuType : null,
        gpuMemoryGb: typeof gpuMemoryGb === 'number' ? gpuMemoryGb : null,
      },
      device: run.device,
      modelInfo: run.modelInfo,
      trainArgs: run.trainArgs,
      ...(isMember ? { environment: run.environment } : {}),
      epochMetrics: epochs.map(({ epoch, metrics, system, fitness, bestFitness }) => ({
        epoch,
        metrics,
        ...(isMember && system ? { system } : {}),
        fitness,
        bestFitness,
      })),
      results: run.results,
      plots: run.plots,
      error: run.error,
      createdAt: run.startedAt.toISOString(),
      updatedAt: run.lastEventAt.toISOString(),
    },
  }
}

const chunksMax = 200

/** Console output after a chunk number, in the client's order. Refuses with permission_denied for who is not a member: a console
 *  may show paths and names of somebody's machine. */
export const viewConsole = async (seen: SeenModel, after: number): Promise<Reply<typeof getConsole>> => {
  if (seen.role === null) throw refuse('permission_denied')
  const run = await newestRunOf(seen.cell.db, seen.model.id)
  if (!run) return { runId: null, chunks: [], hasMore: false }
  const rows = await seen.cell.db
    .select({ chunkId: runConsoleChunks.chunkId, content: runConsoleChunks.content })
    .from(runConsoleChunks)
    .where(and(eq(runConsoleChunks.runId, run.id), gt(runConsoleChunks.chunkId, after)))
    .orderBy(asc(runConsoleChunks.chunkId))
    .limit(chunksMax + 1)
  return { runId: run.id, chunks: rows.slice(0, chunksMax), hasMore: rows.length > chunksMax }
}
