import { and, eq } from 'drizzle-orm'
import type { UploadState } from '#contract/uploads.ts'
import type { Cell } from '../../../cells/cells.ts'
import { secondsAfter } from '../../../clock.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { type UploadRow, uploads } from '../table.ts'
import { requireScope } from './open-session.ts'
import { partCountOf, receivedOf } from './parts.ts'
import { loadParts } from './read-upload.ts'
import { addressSeconds, uploadUrlOf } from './receive-upload.ts'

/** A session of the workspace that somebody acts in; anybody there who may upload goes on with it. Refuses with upload_not_found. */
export const findSession = async (actor: Actor, sessionId: string): Promise<UploadRow> => {
  const { cell, id: workspaceId } = actor.workspace
  const [upload] = await cell.db
    .select()
    .from(uploads)
    .where(and(eq(uploads.id, sessionId), eq(uploads.workspaceId, workspaceId)))
  if (upload?.totalBytes == null) throw refuse('upload_not_found')
  requireScope(actor, upload.assetType)
  return upload
}

/** How far an upload has come, with an address for what is missing. Refuses with upload_not_found when it is a training client's, which
 *  has no parts. */
export const viewSession = async (
  house: Pick<House, 'keyRing' | 'siteUrl'>,
  cell: Cell,
  upload: UploadRow,
  at: Date,
): Promise<UploadState> => {
  const { totalBytes, partBytes } = upload
  if (totalBytes === null || partBytes === null) throw refuse('upload_not_found')
  const held = await loadParts(cell.db, upload.id)
  const expiresAt = secondsAfter(at, addressSeconds)
  return {
    sessionId: upload.id,
    assetType: upload.assetType,
    assetId: upload.modelId ?? upload.datasetId ?? '',
    filename: upload.filename,
    state: upload.state,
    totalBytes,
    partBytes,
    partCount: partCountOf({ totalBytes, partBytes }),
    ...receivedOf(held, { totalBytes, partBytes }),
    keptUntil: upload.expiresAt.toISOString(),
    uploadUrl: uploadUrlOf(house, cell, upload.id, expiresAt),
    expiresAt: expiresAt.toISOString(),
  }
}
