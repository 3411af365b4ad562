import { and, eq, isNull } from 'drizzle-orm'
import type { DatasetChange } from '#contract/datasets.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { type Doer, recordActivity } from '../../activity/record-activity.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { changeOf, orNull } from '../change.ts'
import { listTakenSlugs } from '../choose-slug.ts'
import { slugOf } from '../slug.ts'
import { setStar } from '../stars.ts'
import { type DatasetRow, datasets } from '../table.ts'

/** Changes the given fields, and tells the feed what they were. A new name takes its slug along unless one is sent; a name without a
 *  letter or digit leaves the slug. Returns the dataset as it is then. Refuses with slug_taken, license_locked, dataset_busy,
 *  invalid_request when labels would lose their classes, and dataset_not_found when it went meanwhile. */
export const updateDataset = (
  actor: Actor,
  datasetId: string,
  { starred, ...fields }: DatasetChange,
  at: Date,
): Promise<DatasetRow> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const dataset = await lockDataset(tx, actor.workspace.id, datasetId)
    const wanted = wantedOf(dataset, fields)
    requireChangeable(dataset, wanted)
    const changed = await writeDataset(tx, doerOf(actor), dataset, wanted, at)
    if (starred !== undefined)
      await setStar(tx, 'dataset', { id: datasetId, userId: actor.userId }, starred, at)
    return changed
  })

/** The row of a living dataset, with its workspace locked before it. Refuses with dataset_not_found. */
export const lockDataset = async (tx: Tx, workspaceId: string, datasetId: string): Promise<DatasetRow> => {
  await lockWorkspace(tx, workspaceId)
  const [dataset] = await tx
    .select()
    .from(datasets)
    .where(and(eq(datasets.id, datasetId), eq(datasets.workspaceId, workspaceId), isNull(datasets.trashedAt)))
    .for('no key update')
  if (!dataset) throw refuse('dataset_not_found')
  return dataset
}

/** Fields of a dataset that people change. */
export type DatasetFields = Partial<Pick<DatasetRow, Exclude<keyof DatasetChange, 'starred'>>>

const wantedOf = (dataset: DatasetRow, fields: Omit<DatasetChange, 'starred'>): DatasetFields => {
  const isRenamed = fields.name !== undefined && fields.name !== dataset.name
  const slug = fields.slug ?? (isRenamed ? slugOf(fields.name ?? '') || undefined : undefined)
  const wanted = { ...fields, slug, license: orNull(fields.license) }
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}

/** Refuses with license_locked, dataset_busy and invalid_request what nobody changes right now. */
export const requireChangeable = (dataset: DatasetRow, wanted: DatasetFields): void => {
  if (wanted.license !== undefined && dataset.licenseLocked && wanted.license !== dataset.license)
    throw refuse('license_locked')
  const { classNames, task } = wanted
  if (classNames === undefined && task === undefined) return
  // What is being taken in counts classes from those there were when it began.
  if (dataset.status === 'processing') throw refuse('dataset_busy')
  if (classNames && dataset.imageBytes > 0 && classNames.length < dataset.classNames.length)
    throw refuse('invalid_request', {
      message: `classNames: labels name the ${dataset.classNames.length} classes by number, so there cannot be fewer`,
    })
}

/** Writes what differs, with an event for it, and one of its own for who may see it; of class names and metadata it tells only that they
 *  changed, for they can be large. The caller holds the locks. Refuses with slug_taken. `metadata` is told beside it. */
export const writeDataset = async (
  tx: Tx,
  doer: Doer,
  dataset: DatasetRow,
  { visibility, classNames, metadata: large, ...rest }: DatasetFields,
  at: Date,
  metadata: Record<string, unknown> = {},
): Promise<DatasetRow> => {
  if (rest.slug !== undefined && rest.slug !== dataset.slug)
    if ((await listTakenSlugs(tx, datasets, doer.workspaceId, rest.slug)).has(rest.slug))
      throw refuse('slug_taken')
  const [facts, shown, unkept] = [
    changeOf(dataset, rest),
    changeOf(dataset, { visibility }),
    changeOf(dataset, { classNames, metadata: large }),
  ]
  if (!facts && !shown && !unkept) return dataset
  const [changed] = await tx
    .update(datasets)
    .set({ ...facts?.after, ...shown?.after, ...unkept?.after, updatedAt: at })
    .where(eq(datasets.id, dataset.id))
    .returning()
  if (!changed) throw refuse('dataset_not_found')
  const subject = { id: changed.id, name: changed.name }
  if (facts || unkept) {
    const told = { ...metadata, ...facts, ...(unkept ? { changed: Object.keys(unkept.after) } : {}) }
    await recordActivity(tx, 'dataset/updated', doer, { ...subject, metadata: told }, at)
  }
  if (shown) {
    const event = visibility === 'public' ? 'dataset/shared' : 'dataset/unshared'
    await recordActivity(tx, event, doer, { ...subject, metadata: { ...metadata, ...shown } }, at)
  }
  return changed
}
