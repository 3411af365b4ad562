import { and, eq, isNull, lt } from 'drizzle-orm'
import type { TrainingEvent } from '#contract/training.ts'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import { secondsAfter } from '../../clock.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { updateModelProgress } from '../library/models/create-model.ts'
import { attachWeights } from '../library/models/weights.ts'
import type { ModelRow } from '../library/table.ts'
import { models, uploads } from '../library/table.ts'
import { uploadIdOf } from '../library/uploads/receive-upload.ts'
import { lockWorkspace } from '../workspaces/storage.ts'
import { tellOfEnd } from './mail-training-ended.ts'
import { noteSignOfLife } from './record-progress.ts'
import { lockRun, newestRunOf, type Run } from './run.ts'
import { trainingRuns } from './table.ts'

type EventOf<Name extends TrainingEvent['event']> = Extract<TrainingEvent, { event: Name }>

/** A run that says nothing for this long is taken for dead (SPEC 16.3). */
const silenceSeconds = 4 * 3600

/** Takes note of weights sent mid-run. Refuses with upload_not_found when the bytes never arrived, so that the client sends them
 *  again. */
export const recordCheckpoint = (actor: Actor, event: EventOf<'checkpoint_saved'>, at: Date) =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const { data } = event
    await lockWorkspace(tx, actor.workspace.id)
    const { run, model, isNewest } = await lockRun(tx, actor, { ...event, runId: data?.runId })
    await noteSignOfLife(tx, run, isNewest, at)
    const named = data?.modelPath || data?.uploadPath
    const outcome = await attachNamed(tx, actor.workspace.cell, model, named, false, at)
    if (outcome === 'missing') throw refuse('upload_not_found')
    return { run, model }
  })

/** Ends a run with its results; one that somebody cancelled ends as cancelled and keeps what it has. Said again, it changes
 *  nothing. */
export const completeRun = (
  actor: Actor,
  event: EventOf<'training_complete'>,
  at: Date,
): Promise<{ run: Run; model: ModelRow }> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const { data } = event
    await lockWorkspace(tx, actor.workspace.id)
    const { run, model, isNewest } = await lockRun(tx, actor, { ...event, runId: data?.runId })
    // A run that was ended as cancelled by its silence has no results yet; these are its own.
    if (run.status === 'completed' || 'metrics' in run.results) return { run, model }
    const { results } = data ?? {}
    await attachNamed(tx, actor.workspace.cell, model, results?.modelPath, true, at)
    const status: 'cancelled' | 'completed' = run.cancelRequestedAt ? 'cancelled' : 'completed'
    const isNews = run.status !== status
    const { metrics, bestEpoch, bestFitness, modelPath: _path, ...rest } = results ?? {}
    await tx
      .update(trainingRuns)
      .set({
        status,
        results: { ...rest, bestEpoch, bestFitness, metrics: metrics ?? {} },
        plots: data?.plots ?? [],
        error: null,
        lastEventAt: at,
        endedAt: at,
      })
      .where(eq(trainingRuns.id, run.id))
    const { fitness: _fitness, ...shown } = metrics ?? {}
    const progress = {
      status,
      cancelRequested: false,
      ...(bestEpoch == null ? {} : { bestEpoch }),
      ...(bestFitness == null ? {} : { bestFitness }),
      ...(Object.keys(shown).length ? { metrics: shown } : {}),
      ...(data?.classNames ? { classNames: classList(data.classNames) } : {}),
    }
    if (isNewest) await updateModelProgress(tx, model.id, progress, at)
    if (isNews) {
      await recordActivity(tx, `training/${status}`, doerOf(actor), { id: model.id, name: model.name }, at)
      await tellOfEnd(tx, actor.workspace.cell, run.id, status)
    }
    return { run: { ...run, status }, model }
  })

const classList = (names: string[] | Record<string, string>): string[] =>
  Array.isArray(names) ? names : Object.values(names)

/** Makes the upload a client names by its `gcsPath` the model's weights. `missing` when its bytes never arrived, `replaced` when
 *  later ones have taken its place, `foreign` when it is no path of ours (SPEC 16.4). The caller holds the lock of the workspace, whose storage changes with it. */
const attachNamed = async (
  tx: Tx,
  cell: Cell,
  model: ModelRow,
  gcsPath: string | null | undefined,
  final: boolean,
  at: Date,
): Promise<'attached' | 'missing' | 'replaced' | 'foreign'> => {
  const uploadId = uploadIdOf(gcsPath)
  if (!uploadId) return 'foreign'
  const [upload] = await tx
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, uploadId), eq(uploads.modelId, model.id)))
    .for('no key update')
  // Ids sort by the time they were made, and a replaced upload leaves no row.
  if (!upload) return model.weightsUploadId && uploadId < model.weightsUploadId ? 'replaced' : 'missing'
  if (upload.state === 'pending') return 'missing'
  await attachWeights(tx, cell, upload, { final }, at)
  return 'attached'
}

/** Asks a running training to stop: the answer to its next event says so (SPEC 16.3). Refuses with training_not_active. */
export const cancelRun = async (actor: Actor, model: ModelRow, at: Date): Promise<void> => {
  await actor.workspace.cell.db.transaction(async (tx) => {
    const [run] = await tx
      .update(trainingRuns)
      .set({ cancelRequestedAt: at })
      .where(
        and(
          eq(trainingRuns.modelId, model.id),
          eq(trainingRuns.workspaceId, actor.workspace.id),
          eq(trainingRuns.status, 'running'),
          isNull(trainingRuns.cancelRequestedAt),
        ),
      )
      .returning({ id: trainingRuns.id })
    if (!run) throw refuse('training_not_active')
    await updateModelProgress(tx, model.id, { cancelRequested: true }, at)
    const subject = { id: model.id, name: model.name, metadata: { change: 'cancel_requested' } }
    await recordActivity(tx, 'training/updated', doerOf(actor), subject, at)
  })
}

/** Ends runs that have said nothing for four hours: as failed, or as cancelled when that had been asked for. */
export const endSilentRuns = async ({ cells }: Pick<House, 'cells'>, at: Date): Promise<void> => {
  const silentSince = secondsAfter(at, -silenceSeconds)
  // Side by side, so that a cell that is away does not hold up the others.
  await Promise.all(
    cells.all.map(async (cell) => {
      const silent = await cell.db
        .select({ id: trainingRuns.id })
        .from(trainingRuns)
        .where(and(eq(trainingRuns.status, 'running'), lt(trainingRuns.lastEventAt, silentSince)))
        .limit(1000)
      for (const { id } of silent) await endSilentRun(cell, id, silentSince, at)
    }),
  )
}

const endSilentRun = (cell: Cell, runId: string, silentSince: Date, at: Date): Promise<void> =>
  cell.db.transaction(async (tx) => {
    const [run]: Run[] = await tx.select().from(trainingRuns).where(eq(trainingRuns.id, runId)).for('update')
    if (run?.status !== 'running' || run.lastEventAt >= silentSince) return
    const status = run.cancelRequestedAt ? 'cancelled' : 'failed'
    const error = status === 'failed' ? 'Nothing was heard from this run for four hours' : null
    await tx.update(trainingRuns).set({ status, error, endedAt: at }).where(eq(trainingRuns.id, runId))
    const model = await endModelOf(tx, run, status, at)
    const doer = { userId: run.startedBy, workspaceId: run.workspaceId }
    const subject = {
      id: run.modelId,
      name: model?.name ?? run.requestedName,
      metadata: { reason: 'silence' },
    }
    await recordActivity(tx, `training/${status}`, doer, subject, at)
    await tellOfEnd(tx, cell, runId, status)
  })

/** Ends the model with its newest run; an older run leaves it as it is. */
const endModelOf = async (tx: Tx, run: Run, status: 'failed' | 'cancelled', at: Date) => {
  const [model] = await tx.select().from(models).where(eq(models.id, run.modelId))
  const newest = await newestRunOf(tx, run.modelId)
  if (newest?.id === run.id)
    await updateModelProgress(tx, run.modelId, { status, cancelRequested: false }, at)
  return model
}
