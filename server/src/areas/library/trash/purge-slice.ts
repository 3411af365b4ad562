import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import type { TrashType } from '#contract/trash.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { House } from '../../../house.ts'
import { lockWorkspace, subtractStorage } from '../../workspaces/storage.ts'
import { deleteImages } from '../datasets/files/delete-images.ts'
import { weightsKey } from '../models/weights.ts'
import { datasetImages, datasets, exports, models, projects, uploads } from '../table.ts'
import { uploadKey } from '../uploads/upload-key.ts'
import { doomedIn } from './lying.ts'
import { trashItems } from './table.ts'

/** Takes away some of what was trained of these models; true once nothing is left. `app.ts` hands in the answer of training. */
export type EraseRuns = (tx: Tx, modelIds: readonly string[]) => Promise<boolean>

type Work = {
  tx: Tx
  cell: Cell
  files: House['files']
  workspaceId: string
  eraseRuns: EraseRuns
  at: Date
}

/** Bounds of one transaction, which is over within tens of milliseconds on a local disk. */
const itemsMax = 100
const filesMax = 200

/** Removes a bounded part of what is doomed in a workspace: files first, then rows and what they counted, in one transaction. Killed at
 *  any moment it is done again; two at once take turns. Returns after which item to go on; undefined once nothing is left. Refuses with
 *  workspace_not_found. */
export const purgeSlice = (
  { files, clock }: Pick<House, 'files' | 'clock'>,
  cell: Cell,
  workspaceId: string,
  afterSeq: number,
  eraseRuns: EraseRuns,
): Promise<number | undefined> =>
  cell.db.transaction(async (tx) => {
    // Held until the commit, and gone with a process that dies. Locks on the items would not do: a project takes along models that are
    // items of their own, which somebody else may be at.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`purge-trash:${workspaceId}`}, 0))`)
    const next = await tx
      .select()
      .from(trashItems)
      .where(and(doomedIn(workspaceId), gt(trashItems.seq, afterSeq)))
      .orderBy(trashItems.seq)
      .limit(itemsMax)
    const [first] = next
    if (!first) return undefined
    const mixed = next.findIndex(({ type }) => type !== first.type)
    const items = mixed < 0 ? next : next.slice(0, mixed)
    const ids = items.map(({ resourceId }) => resourceId)
    const work = { tx, cell, files, workspaceId, eraseRuns, at: clock.now() }
    const isAllGone = await purge[first.type](work, ids)
    if (!isAllGone) return afterSeq
    const seqs = items.map(({ seq }) => seq)
    await tx.delete(trashItems).where(inArray(trashItems.seq, seqs))
    return seqs.at(-1)
  })

/** Each takes away as much as one transaction may, and tells whether all of these are gone. The workspace is locked after the files are
 *  removed, which takes longest, and before any row. */
const purge: Record<TrashType, (work: Work, ids: string[]) => Promise<boolean>> = {
  async dataset(work, ids) {
    const { tx, workspaceId, cell, at } = work
    const archives = await tx
      .select({ id: uploads.id, assetType: uploads.assetType, sizeBytes: uploads.sizeBytes })
      .from(uploads)
      .where(inArray(uploads.datasetId, ids))
      .limit(filesMax)
    await removeFiles(work, archives.map(uploadKey))
    await lockWorkspace(tx, workspaceId)
    const archiveIds = archives.map(({ id }) => id)
    if (archiveIds.length > 0) await tx.delete(uploads).where(inArray(uploads.id, archiveIds))
    // Whether others show the same pictures is only known under their locks, so their bytes go by a job, after the commit.
    const which = inArray(datasetImages.datasetId, ids)
    const images = await deleteImages(tx, cell, which, filesMax, at)
    await subtractStorage(tx, workspaceId, { datasets: images.bytes + sum(archives) })
    if (images.count === filesMax || archives.length === filesMax) return false
    await tx.delete(datasets).where(inArray(datasets.id, ids))
    return true
  },

  model: (work, ids) => purgeModels(work, ids),

  async project(work, ids) {
    const { tx, workspaceId } = work
    const inside = await tx
      .select({ id: models.id })
      .from(models)
      .where(inArray(models.projectId, ids))
      .limit(itemsMax)
    if (inside.length > 0) {
      await purgeModels(
        work,
        inside.map(({ id }) => id),
      )
      return false
    }
    await lockWorkspace(tx, workspaceId)
    await tx.delete(projects).where(inArray(projects.id, ids))
    return true
  },
}

const purgeModels = async (work: Work, ids: string[]): Promise<boolean> => {
  const { tx, workspaceId, eraseRuns } = work
  const weights = await tx
    .select({ id: uploads.id, sizeBytes: uploads.sizeBytes })
    .from(uploads)
    .where(inArray(uploads.modelId, ids))
    .limit(filesMax)
  const exported = await tx
    .select({ id: exports.id, key: exports.fileKey, sizeBytes: exports.sizeBytes })
    .from(exports)
    .where(inArray(exports.modelId, ids))
    .limit(filesMax)
  // Also of uploads that were never finished: a crash may have left their bytes.
  const keys = [...weights.map(({ id }) => weightsKey(id)), ...exported.map(({ key }) => key)]
  await removeFiles(
    work,
    keys.filter((key) => key !== null),
  )

  await lockWorkspace(tx, workspaceId)
  const uploadIds = weights.map(({ id }) => id)
  if (uploadIds.length > 0) {
    await tx
      .update(models)
      .set({ weightsUploadId: null })
      .where(and(eq(models.workspaceId, workspaceId), inArray(models.weightsUploadId, uploadIds)))
    await tx.delete(uploads).where(inArray(uploads.id, uploadIds))
  }
  const exportIds = exported.map(({ id }) => id)
  if (exportIds.length > 0) await tx.delete(exports).where(inArray(exports.id, exportIds))
  await subtractStorage(tx, workspaceId, { models: sum(weights), exports: sum(exported) })
  if (weights.length === filesMax || exported.length === filesMax) return false
  if (!(await eraseRuns(tx, ids))) return false
  await tx.delete(models).where(inArray(models.id, ids))
  // Those that were trashed before their project have items of their own.
  await tx
    .delete(trashItems)
    .where(
      and(
        eq(trashItems.workspaceId, workspaceId),
        eq(trashItems.type, 'model'),
        inArray(trashItems.resourceId, ids),
      ),
    )
  return true
}

const sum = (rows: readonly { sizeBytes: number | null }[]): number =>
  rows.reduce((bytes, row) => bytes + (row.sizeBytes ?? 0), 0)

/** How many files go at once: enough to hide the way to a store far away. */
const removedAtOnce = 8

const removeFiles = async ({ files, cell }: Work, keys: readonly string[]): Promise<void> => {
  for (let start = 0; start < keys.length; start += removedAtOnce)
    await Promise.all(keys.slice(start, start + removedAtOnce).map((key) => files.remove(cell.region, key)))
}
