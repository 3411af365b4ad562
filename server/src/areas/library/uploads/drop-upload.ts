import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { addJob } from '../../../outbox/outbox.ts'
import { type StoredBytes, subtractStorage } from '../../workspaces/storage.ts'
import { type UploadRow, uploads } from '../table.ts'
import { uploadKey } from './upload-key.ts'

/** What an upload counts as in the storage of its workspace. */
export const storedAs = ({ assetType }: Pick<UploadRow, 'assetType'>, bytes: number): Partial<StoredBytes> =>
  assetType === 'models' ? { models: bytes } : { datasets: bytes }

/** Takes an upload away, stored or not: its row, and what it counted. Its bytes are removed by a job. A stored one wants the workspace
 *  locked, for counters change. */
export const dropUpload = async (tx: Tx, cell: Cell, upload: UploadRow): Promise<void> => {
  const [gone] = await tx.delete(uploads).where(eq(uploads.id, upload.id)).returning()
  if (!gone) return
  await subtractStorage(tx, gone.workspaceId, storedAs(gone, gone.sizeBytes ?? 0))
  await addJob(tx, 'remove-file', { region: cell.region, key: uploadKey(gone) })
}

/** Gives up an upload that is not complete; one that is stays as it is. */
export const cancelSession = async ({ workspace: { cell } }: Actor, upload: UploadRow): Promise<void> => {
  await cell.db.transaction(async (tx) => {
    const [open] = await tx
      .select()
      .from(uploads)
      .where(and(eq(uploads.id, upload.id), eq(uploads.state, 'pending')))
      .for('update')
    if (open) await dropUpload(tx, cell, open)
  })
}
