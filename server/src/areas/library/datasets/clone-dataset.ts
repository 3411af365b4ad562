import type { CloneDataset } from '#contract/datasets.ts'
import { isCopyleft } from '#contract/library-fields.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { allowancesOf, needsPlan } from '../../workspaces/allowances.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { chooseSlug } from '../choose-slug.ts'
import { defaultsOf } from '../projects/insert-project.ts'
import { type DatasetRow, datasets } from '../table.ts'
import { insertDataset } from './create-dataset.ts'
import { queueJob } from './ingest/begin-ingest.ts'
import { requireCopyable, type SeenDataset } from './seen-dataset.ts'

/** Copies a dataset as it stands into the workspace somebody acts in. Its images follow in the background, and count as they come; that they
 *  fit is asked before. A copyleft licence comes along and stays. What was private stays so unless it is said otherwise. Refuses with
 *  slug_taken, dataset_not_ready, dataset_empty, storage_limit_exceeded, workspace_busy, and permission_denied as `requireCopyable` does. */
export const cloneDataset = async (
  actor: Actor,
  seen: SeenDataset,
  input: CloneDataset,
  at: Date,
): Promise<{ dataset: DatasetRow; jobId: string }> => {
  requireCopyable(actor, seen)
  const { dataset: source } = seen
  if (source.status !== 'ready') throw refuse('dataset_not_ready')
  if (source.imageCount === 0) throw refuse('dataset_empty')
  const { cell, id: workspaceId } = actor.workspace
  return cell.db.transaction(async (tx) => {
    const workspace = await lockWorkspace(tx, workspaceId)
    const { storageBytesMax, nextPlan } = allowancesOf(workspace, at)
    if (storageBytesMax !== null && workspace.storageBytes + source.imageBytes > storageBytesMax)
      throw refuse('storage_limit_exceeded', needsPlan(nextPlan))
    const { description, license, metadata, tags, task, classNames, kptShape } = source
    const usual = defaultsOf(workspace.plan).visibility
    const dataset = await insertDataset(
      tx,
      { workspaceId },
      {
        slug: await chooseSlug(tx, datasets, workspaceId, {
          slug: input.slug,
          name: input.name ?? source.slug,
        }),
        name: input.name ?? source.name,
        description: input.description ?? description,
        visibility: input.visibility ?? (source.visibility === 'private' ? 'private' : usual),
        license,
        licenseLocked: source.licenseLocked || isCopyleft(license ?? ''),
        metadata,
        tags,
        task,
        classNames,
        kptShape,
      },
      at,
    )
    const plan = { task, classNames, names: [], classes: [], kptShape, isUnnamed: false }
    const of = { cellId: seen.cell.id, datasetId: source.id, revision: source.revision }
    const job = { kind: 'clone', source: of, plan, total: source.imageCount } as const
    const jobId = await queueJob(tx, actor, dataset, job, at)
    const told = { from: `${seen.username}/${source.slug}`, images: source.imageCount }
    const subject = { id: dataset.id, name: dataset.name, metadata: told }
    await recordActivity(tx, 'dataset/cloned', doerOf(actor), subject, at)
    return { dataset, jobId }
  })
}
