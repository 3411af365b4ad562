import { and, eq, isNull } from 'drizzle-orm'
import type { TrainingEvent } from '#contract/training.ts'
import type { Tx } from '../../cells/database.ts'
import { makeId } from '../../crypto/token.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import { doerOf } from '../activity/doer.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { createModel, updateModelProgress } from '../library/models/create-model.ts'
import { ensureProject } from '../library/projects/ensure-project.ts'
import type { ModelRow } from '../library/table.ts'
import { datasets, models } from '../library/table.ts'
import { lockWorkspace } from '../workspaces/storage.ts'
import { describedBytesMax, withinBytes } from './bounds.ts'
import { newestRunOf, projectSlugOf, type Run, runNameOf } from './run.ts'
import { trainingRuns } from './table.ts'

type Started = Extract<TrainingEvent, { event: 'training_started' }>

/** Begins a run (SPEC 16.3): finds or makes the project, makes the model under the first free name, writes the run, all in one
 *  transaction. A client that names a model of ours continues that one; when its newest run is still going, this is the same start
 *  said again. Refuses with model_limit_reached, workspace_mismatch, model_not_found. */
export const startRun = async (
  actor: Actor,
  event: Started,
  at: Date,
): Promise<{ run: Run; model: ModelRow }> => {
  const { modelId, project, name, data } = event
  if (!modelId && !project)
    throw refuse('invalid_request', { message: 'project: is required when no modelId is given' })
  const runName = runNameOf(name)
  return actor.workspace.cell.db.transaction(async (tx) => {
    // First of all locks, as everywhere.
    await lockWorkspace(tx, actor.workspace.id)
    const known = modelId ? await findOwnModel(tx, actor, modelId) : undefined
    if (modelId && !known) throw refuse('model_not_found')
    const newest = known && (await newestRunOf(tx, known.id))
    if (known && newest?.status === 'running') return { run: newest, model: known }
    const model = known ?? (await makeModel(tx, actor, project ?? '', runName, data, at))
    return { run: await writeRun(tx, actor, model, runName, data, at), model }
  })
}

const findOwnModel = async (tx: Tx, actor: Actor, modelId: string): Promise<ModelRow | undefined> => {
  const [row] = await tx
    .select()
    .from(models)
    .where(and(eq(models.id, modelId), eq(models.workspaceId, actor.workspace.id), isNull(models.trashedAt)))
    .for('no key update')
  return row
}

const makeModel = async (
  tx: Tx,
  actor: Actor,
  project: string,
  runName: string,
  data: Started['data'],
  at: Date,
): Promise<ModelRow> => {
  const slug = projectSlugOf(actor, project)
  const row = await ensureProject(tx, doerOf(actor), slug, slug, at)
  const task = data?.trainArgs?.task
  return createModel(
    tx,
    doerOf(actor),
    row,
    {
      slug: runName,
      name: runName,
      task: typeof task === 'string' ? cutToCharacters(task, taskLengthMax) : undefined,
    },
    at,
  )
}

const taskLengthMax = 50

/** Cuts between characters: half of one would not be text. */
const cutToCharacters = (text: string, max: number): string => [...text].slice(0, max).join('')

const writeRun = async (
  tx: Tx,
  actor: Actor,
  model: ModelRow,
  requestedName: string,
  data: Started['data'],
  at: Date,
): Promise<Run> => {
  const { workspace, credential, userId } = actor
  const trainArgs = withinBytes(data?.trainArgs, describedBytesMax)
  const [run] = await tx
    .insert(trainingRuns)
    .values({
      id: makeId(at),
      workspaceId: workspace.id,
      modelId: model.id,
      projectId: model.projectId,
      requestedName,
      status: 'running',
      startedBy: userId,
      apiKeyId: credential.kind === 'key' ? credential.keyId : null,
      trainArgs,
      environment: withinBytes(data?.environment, describedBytesMax),
      device: data?.device ?? null,
      epochs: data?.epochs ?? null,
      datasetId: (await findOwnDataset(tx, actor, trainArgs.data)) ?? null,
      lastEventAt: at,
      startedAt: at,
    })
    .returning()
  if (!run) throw new Error('An insert returned no row')
  const progress = { status: 'running', cancelRequested: false, epochs: run.epochs, currentEpoch: 0 } as const
  await updateModelProgress(tx, model.id, progress, at)
  await recordActivity(tx, 'training/started', doerOf(actor), { id: model.id, name: model.name }, at)
  return run
}

const addressLengthMax = 500
/** Anchored at both ends: an open start would try every place in a long string. */
const datasetAddress = /^(?:ul:\/\/|https?:\/\/[^/]+\/)([a-z0-9-]+)\/datasets\/([a-z0-9-]+)\/?$/

/** The dataset of the same workspace that `ul://username/datasets/slug` or its page names, to link the run with it. */
const findOwnDataset = async (tx: Tx, actor: Actor, data: unknown): Promise<string | undefined> => {
  const match = typeof data === 'string' && data.length <= addressLengthMax ? datasetAddress.exec(data) : null
  if (!match || match[1] !== actor.workspace.username) return undefined
  const [row] = await tx
    .select({ id: datasets.id })
    .from(datasets)
    .where(
      and(
        eq(datasets.workspaceId, actor.workspace.id),
        eq(datasets.slug, match[2] ?? ''),
        isNull(datasets.trashedAt),
      ),
    )
  return row?.id
}
