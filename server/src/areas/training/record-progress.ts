import { eq, sql } from 'drizzle-orm'
import type { TrainingEvent } from '#contract/training.ts'
import type { Tx } from '../../cells/database.ts'
import type { Actor } from '../../door/actor.ts'
import { updateModelProgress } from '../library/models/create-model.ts'
import type { ModelRow } from '../library/table.ts'
import { epochBytesMax, withinBytes } from './bounds.ts'
import { lockRun, type Run } from './run.ts'
import { runConsoleChunks, runEpochs, trainingRuns } from './table.ts'

type EventOf<Name extends TrainingEvent['event']> = Extract<TrainingEvent, { event: Name }>

/** Longer console chunks are cut, not refused (SPEC 16.1). */
const consoleBytesMax = 64 * 1024

/** Stores an epoch. Events come out of order and more than once: an epoch is stored once, and a late one never takes the model
 *  back. */
export const recordEpoch = (actor: Actor, event: EventOf<'epoch_end'>, at: Date) =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const { data } = event
    const { run, model, isNewest } = await lockRun(tx, actor, { ...event, runId: data?.runId })
    await noteSignOfLife(tx, run, isNewest, at)
    const epoch = data?.epoch
    if (data && epoch != null) {
      const metrics = withinBytes(data.metrics, epochBytesMax)
      await tx
        .insert(runEpochs)
        .values({
          runId: run.id,
          workspaceId: run.workspaceId,
          epoch,
          metrics,
          system: data.system ? withinBytes(data.system, epochBytesMax) : null,
          fitness: data.fitness ?? null,
          bestFitness: data.best_fitness ?? null,
          receivedAt: at,
        })
        .onConflictDoNothing()
      if (data.modelInfo) await describeModel(tx, run, data.modelInfo)
      if (isNewest) await moveModelOn(tx, run, model, epoch, metrics, data.best_fitness ?? null, at)
    }
    return { run, model }
  })

/** Keeps what the client measured of the model itself; it says so at the first epoch only. */
const describeModel = async (tx: Tx, run: Run, modelInfo: Record<string, unknown>): Promise<void> => {
  await tx
    .update(trainingRuns)
    .set({ modelInfo: withinBytes(modelInfo, epochBytesMax) })
    .where(eq(trainingRuns.id, run.id))
}

const moveModelOn = async (
  tx: Tx,
  run: Run,
  model: ModelRow,
  epoch: number,
  metrics: Record<string, unknown>,
  bestFitness: number | null,
  at: Date,
): Promise<void> => {
  const isNewest = epoch + 1 >= (model.currentEpoch ?? 0)
  if (run.status === 'completed' || run.status === 'cancelled' || !isNewest) return
  await updateModelProgress(
    tx,
    model.id,
    { status: 'running', currentEpoch: epoch + 1, metrics, ...(bestFitness === null ? {} : { bestFitness }) },
    at,
  )
}

/** Stores a piece of console output under its number; the same number again changes nothing. */
export const recordConsole = (actor: Actor, event: EventOf<'console_output'>, at: Date) =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const { data } = event
    const { run, model, isNewest } = await lockRun(tx, actor, { ...event, runId: data?.runId })
    await noteSignOfLife(tx, run, isNewest, at)
    const content = cutToBytes(data?.content ?? '', consoleBytesMax)
    if (content) {
      const given = data?.chunkId ?? ''
      const chunkId = given === '' ? await nextChunkId(tx, run) : Number(given)
      await tx
        .insert(runConsoleChunks)
        .values({ runId: run.id, workspaceId: run.workspaceId, chunkId, content, receivedAt: at })
        .onConflictDoNothing()
    }
    return { run, model }
  })

/** Remembers when a run was last heard of. One taken for dead by its silence is running again. */
export const noteSignOfLife = async (tx: Tx, run: Run, isNewest: boolean, at: Date): Promise<void> => {
  const revived = run.status === 'failed'
  await tx
    .update(trainingRuns)
    .set({ lastEventAt: at, ...(revived ? { status: 'running', endedAt: null, error: null } : {}) })
    .where(eq(trainingRuns.id, run.id))
  if (!revived) return
  run.status = 'running'
  if (isNewest) await updateModelProgress(tx, run.modelId, { status: 'running' }, at)
}

const nextChunkId = async (tx: Tx, run: Run): Promise<number> => {
  const [row] = await tx
    .select({ next: sql<number>`coalesce(max(${runConsoleChunks.chunkId}), -1) + 1` })
    .from(runConsoleChunks)
    .where(eq(runConsoleChunks.runId, run.id))
  return row?.next ?? 0
}

/** Cuts at a whole character: half of one would not be text. */
const cutToBytes = (text: string, bytesMax: number): string => {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length <= bytesMax) return text
  let end = bytesMax
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end).toString('utf8')
}
