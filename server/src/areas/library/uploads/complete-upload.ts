import { createHash } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { addStorage, lockAllowances } from '../../workspaces/storage.ts'
import { attachWeights } from '../models/weights.ts'
import { datasets, type UploadRow, uploads } from '../table.ts'
import { storedAs } from './drop-upload.ts'
import { isComplete } from './parts.ts'
import { loadParts, readUpload } from './read-upload.ts'

type Needs = Pick<House, 'keyRing' | 'files'>
type Part = Awaited<ReturnType<typeof loadParts>>[number]

/** Ends an upload: all its bytes are here, with this SHA-256 when one is given. In one transaction it is stored, counted, told of, and what
 *  it is for: weights become those of their model. Said again, it finds that done. Returns the stored row. Refuses with upload_incomplete,
 *  checksum_mismatch, upload_expired, storage_limit_exceeded, and upload_not_found when what it is for has gone meanwhile. */
export const completeUpload = async (
  house: Needs,
  actor: Actor,
  upload: UploadRow,
  checksum: string | undefined,
  at: Date,
): Promise<UploadRow> => {
  if (upload.state === 'stored') return upload
  const { cell } = actor.workspace
  const parts = await loadParts(cell.db, upload.id)
  if (!isComplete(parts, upload.totalBytes ?? 0)) throw refuse('upload_incomplete')
  // Before the transaction, since reading all of it takes its time.
  if (checksum !== undefined && (await hashOf(house, cell, upload)) !== checksum)
    throw refuse('checksum_mismatch')
  return cell.db.transaction((tx) => store(tx, actor, upload, parts, at))
}

const hashOf = async (house: Needs, cell: Cell, upload: UploadRow): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of await readUpload(house, cell, upload)) hash.update(chunk)
  return hash.digest('hex')
}

const store = async (
  tx: Tx,
  actor: Actor,
  { id, totalBytes }: UploadRow,
  checked: readonly Part[],
  at: Date,
): Promise<UploadRow> => {
  const { cell, id: workspaceId } = actor.workspace
  const allowances = await lockAllowances(tx, workspaceId, at)
  const [open] = await tx.select().from(uploads).where(eq(uploads.id, id)).for('no key update')
  if (!open) throw refuse('upload_not_found')
  if (open.state === 'stored') return open
  if (open.expiresAt <= at) throw refuse('upload_expired')
  if (!isSame(checked, await loadParts(tx, id)))
    throw refuse('upload_incomplete', {
      message: 'Parts of this upload arrived again meanwhile. Complete it again',
    })
  const sizeBytes = totalBytes ?? 0
  const isOfModel = open.assetType === 'models'
  const asset = isOfModel
    ? await attachWeights(tx, cell, open, { final: true }, at)
    : await holdDataset(tx, open)
  // After what it replaces was given back, for both together may be too much.
  await addStorage(tx, workspaceId, allowances, storedAs(open, sizeBytes))
  const [stored] = await tx
    .update(uploads)
    .set({ state: 'stored', sizeBytes })
    .where(eq(uploads.id, id))
    .returning()
  if (!asset || !stored) throw refuse('upload_not_found')
  const subject = { id: asset.id, name: asset.name, metadata: { file: stored.filename, sizeBytes } }
  await recordActivity(tx, isOfModel ? 'model/uploaded' : 'dataset/uploaded', doerOf(actor), subject, at)
  return stored
}

/** Every arrival of a part has a name of its own, so the same names are the same bytes. */
const isSame = (checked: readonly Part[], now: readonly Part[]): boolean =>
  checked.length === now.length && checked.every(({ objectId }, index) => objectId === now[index]?.objectId)

/** What lies in the trash takes in nothing more. */
const holdDataset = async (tx: Tx, { datasetId }: UploadRow) => {
  const [dataset] = await tx
    .select({ id: datasets.id, name: datasets.name })
    .from(datasets)
    .where(and(eq(datasets.id, datasetId ?? ''), isNull(datasets.trashedAt)))
    .for('no key update')
  if (!dataset) throw refuse('upload_not_found')
  return dataset
}
