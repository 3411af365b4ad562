import { and, eq, isNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import { signPath } from '../../../crypto/signed-url.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { type ModelRow, models, type UploadRow, uploads } from '../table.ts'
import { dropUpload } from '../uploads/drop-upload.ts'
import { uploadKey } from '../uploads/upload-key.ts'
import type { SeenModel } from '../visible.ts'

/** How long a download link holds (SPEC, question 45). */
const downloadSeconds = 3600

/** The stored weights of a model, or undefined. */
export const findWeights = async ({
  cell,
  model,
}: Pick<SeenModel, 'cell' | 'model'>): Promise<{ id: string; sizeBytes: number } | undefined> => {
  if (!model.weightsUploadId) return undefined
  const [row] = await cell.db.select().from(uploads).where(eq(uploads.id, model.weightsUploadId))
  return row?.sizeBytes == null ? undefined : { id: row.id, sizeBytes: row.sizeBytes }
}

/** An absolute link to download weights with a plain GET. Its path ends in the file's name (SPEC 16.6). */
export const weightsUrl = (
  { keyRing, siteUrl }: Pick<House, 'keyRing' | 'siteUrl'>,
  cell: Cell,
  uploadId: string,
  name: string,
  at: Date,
): string =>
  siteUrl() +
  signPath(
    keyRing,
    'GET',
    `/api/files/${cell.id}/weights/${uploadId}/${name}`,
    secondsAfter(at, downloadSeconds),
  )

/** Where the bytes of an upload are kept. */
export const weightsKey = (uploadId: string): string => uploadKey({ id: uploadId, assetType: 'models' })

/** Makes an upload the weights of its model. What it replaces no longer counts in the workspace's storage, so a caller who counts the new
 *  ones does it afterwards; the bytes of the old are removed by a job. Returns the model; or undefined when newer weights are there already,
 *  and then the upload is gone instead. The caller holds the lock of the workspace. Refuses with upload_not_found. */
export const attachWeights = async (
  tx: Tx,
  cell: Cell,
  upload: UploadRow,
  { final }: { final: boolean },
  at: Date,
): Promise<ModelRow | undefined> => {
  const [model] = await tx
    .select()
    .from(models)
    // What lies in the trash takes in nothing more, so that what it holds when it is purged is known.
    .where(and(eq(models.id, upload.modelId ?? ''), isNull(models.trashedAt)))
    .for('no key update')
  if (!model) throw refuse('upload_not_found')
  const [current] = model.weightsUploadId
    ? await tx.select().from(uploads).where(eq(uploads.id, model.weightsUploadId))
    : []
  const isSaidAgain = current?.id === upload.id && model.weightsFinal
  const isNewer = !current || upload.createdAt >= current.createdAt
  if (current?.id !== upload.id && !isNewer && !final) {
    await dropUpload(tx, cell, upload)
    return undefined
  }
  await tx
    .update(models)
    // Said again after the end, mid-run weights stay the final ones they have become.
    .set({ weightsUploadId: upload.id, weightsFinal: final || isSaidAgain, updatedAt: at })
    .where(eq(models.id, model.id))
  if (current && current.id !== upload.id) await dropUpload(tx, cell, current)
  return model
}
