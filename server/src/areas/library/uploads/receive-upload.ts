import { eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { secondsAfter } from '../../../clock.ts'
import { signPath } from '../../../crypto/signed-url.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { addStorage, lockAllowances, requireStorage } from '../../workspaces/storage.ts'
import { attachWeights, weightsKey } from '../models/weights.ts'
import { type ModelRow, models, type UploadRow, uploads } from '../table.ts'
import { modelBytesMax } from './file-limits.ts'
import { lockOpen } from './find-open.ts'
import { type Body, takeIn, tooLarge } from './take-in.ts'

/** How long a signed address takes bytes. */
export const addressSeconds = 3600

/** Opens an upload of a training client for a model and returns where to send the bytes. `gcsPath` is opaque to the client and comes back
 *  as `modelPath` (SPEC 16.4). */
export const openUpload = async (
  house: Pick<House, 'keyRing' | 'siteUrl'>,
  actor: Actor,
  model: ModelRow,
  filename: string,
  at: Date,
): Promise<{ uploadUrl: string; gcsPath: string; uploadPath: string }> => {
  const { cell, id: workspaceId } = actor.workspace
  await requireStorage(cell.db, workspaceId, 0, at)
  const id = makeId(at)
  const expiresAt = secondsAfter(at, addressSeconds)
  const { userId } = actor
  await cell.db.insert(uploads).values({
    id,
    workspaceId,
    modelId: model.id,
    startedBy: userId,
    filename,
    state: 'pending',
    createdAt: at,
    expiresAt,
  })
  const gcsPath = weightsKey(id)
  return { uploadUrl: uploadUrlOf(house, cell, id, expiresAt), gcsPath, uploadPath: gcsPath }
}

/** The absolute address that takes the bytes of an upload until then. */
export const uploadUrlOf = (
  { keyRing, siteUrl }: Pick<House, 'keyRing' | 'siteUrl'>,
  cell: Cell,
  uploadId: string,
  expiresAt: Date,
): string => siteUrl() + signPath(keyRing, 'PUT', `/api/uploads/${cell.id}/${uploadId}`, expiresAt)

/** The upload that a `gcsPath` of ours names, or undefined: a managed worker sends a path of its own machine (SPEC 16.4). */
export const uploadIdOf = (gcsPath: string | null | undefined): string | undefined =>
  /^weights\/([0-9a-f]{24})$/.exec(gcsPath ?? '')?.[1]

/** Takes in all bytes of a training client's upload: counted, sealed and stored as they flow, then made the model's weights in one
 *  transaction, unless newer ones are there by then: nothing is kept of these, and nothing told. Refuses with upload_not_found,
 *  upload_completed, upload_expired, payload_too_large, storage_limit_exceeded, or invalid_request when fewer bytes came than were
 *  announced; nothing is kept then. */
export const receiveUpload = async (
  house: Pick<House, 'keyRing' | 'files'>,
  cell: Cell,
  upload: UploadRow,
  body: Body,
  requestId: string,
  at: Date,
): Promise<void> => {
  const { id, workspaceId } = upload
  if ((body.announced ?? 0) > modelBytesMax) throw tooLarge(modelBytesMax)
  await requireStorage(cell.db, workspaceId, (body.announced ?? 0) - (await replacedBytes(cell, upload)), at)
  const dataKey = await loadDataKey(cell.db, house.keyRing, workspaceId)
  const { staged, sizeBytes } = await takeIn(
    house,
    cell,
    { key: weightsKey(id), dataKey },
    body,
    modelBytesMax,
  )
  try {
    const isKept = await cell.db.transaction(async (tx) => {
      const allowances = await lockAllowances(tx, workspaceId, at)
      const open = await lockOpen(tx, id, at)
      const model = await attachWeights(tx, cell, open, { final: false }, at)
      if (!model) return false
      // After what it replaces was given back, for both together may be too much.
      await addStorage(tx, workspaceId, allowances, { models: sizeBytes })
      await tx.update(uploads).set({ state: 'stored', sizeBytes }).where(eq(uploads.id, id))
      const doer = { userId: upload.startedBy, workspaceId, requestId }
      const subject = { id: model.id, name: model.name, metadata: { file: upload.filename, sizeBytes } }
      await recordActivity(tx, 'model/uploaded', doer, subject, at)
      // Last, so that a crash before the commit leaves an object that the next try replaces or the sweep removes.
      await staged.publish()
      return true
    })
    if (!isKept) await staged.discard()
  } catch (error) {
    await staged.discard()
    throw error
  }
}

/** What an upload gives free when it becomes the weights of its model. */
const replacedBytes = async (cell: Cell, { modelId }: UploadRow): Promise<number> => {
  const [current] = await cell.db
    .select({ sizeBytes: uploads.sizeBytes })
    .from(models)
    .innerJoin(uploads, eq(uploads.id, models.weightsUploadId))
    .where(eq(models.id, modelId ?? ''))
  return current?.sizeBytes ?? 0
}
