import { eq } from 'drizzle-orm'
import { may } from '#contract/permissions.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { refuse } from '../../../door/refusal.ts'
import { findMembership } from '../../workspaces/find-membership.ts'
import { type UploadRow, uploads } from '../table.ts'

/** The upload that a signed address names, while whoever began it may still send it: the link outlives nobody's right to it. Refuses with
 *  upload_not_found and upload_completed. */
export const findSendable = async (cell: Cell, uploadId: string, at: Date): Promise<UploadRow> => {
  const upload = await findByLink(cell, uploadId, at)
  if (upload.state === 'stored') throw refuse('upload_completed')
  return upload
}

/** The same, completed or not. */
export const findByLink = async (cell: Cell, uploadId: string, at: Date): Promise<UploadRow> => {
  const [upload] = await cell.db.select().from(uploads).where(eq(uploads.id, uploadId))
  if (!upload) throw refuse('upload_not_found')
  const sender = await findMembership(cell, upload.workspaceId, upload.startedBy, at)
  if (!sender || !may(sender.role, 'training.run')) throw refuse('upload_not_found')
  return upload
}

/** The row of an upload that still takes bytes, locked for the rest of the transaction. Refuses with upload_not_found, upload_completed or
 *  upload_expired. */
export const lockOpen = async (tx: Tx, uploadId: string, at: Date): Promise<UploadRow> => {
  const [upload] = await tx.select().from(uploads).where(eq(uploads.id, uploadId)).for('no key update')
  if (!upload) throw refuse('upload_not_found')
  if (upload.state === 'stored') throw refuse('upload_completed')
  if (upload.expiresAt <= at) throw refuse('upload_expired')
  return upload
}
