import { and, eq, gt, or } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import { makeId } from '../../../crypto/token.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { addJob } from '../../../outbox/outbox.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { requireStorage } from '../../workspaces/storage.ts'
import { type UploadRow, uploadParts, uploads } from '../table.ts'
import { lockOpen } from './find-open.ts'
import { partOf, type Span, wholeOf } from './parts.ts'
import { type Body, takeIn } from './take-in.ts'
import { partKey } from './upload-key.ts'

/** How long a session is kept after its last part, and at most. */
export const keptSeconds = 24 * 3600
const keptSecondsMax = 7 * 24 * 3600

/** What of its file a request brings: all of it, or the part that it names. Refuses with invalid_request. */
export const spanOf = (
  upload: UploadRow,
  contentRange: string | undefined,
  announced: number | undefined,
): Span => {
  const { totalBytes, partBytes } = upload
  if (totalBytes === null || partBytes === null)
    throw refuse('invalid_request', { message: 'This upload takes its file whole, without Content-Range' })
  const span =
    contentRange === undefined
      ? wholeOf({ totalBytes, partBytes })
      : partOf(contentRange, { totalBytes, partBytes })
  if (!span)
    throw refuse('invalid_request', {
      message: `Content-Range must name one part of ${partBytes} bytes, or the last one, of a file of ${totalBytes}`,
    })
  if (announced !== undefined && announced !== span.end - span.start)
    throw refuse('invalid_request', {
      message: `Expected ${span.end - span.start} bytes and ${announced} were announced`,
    })
  return span
}

/** Takes in a part of a file, or all of it as one: counted, sealed and stored as it flows, then noted. A part that is here already is
 *  replaced, so sending it again is safe. Refuses with upload_not_found, upload_completed, upload_expired, storage_limit_exceeded, or
 *  invalid_request when it is not as long as it must be; nothing is kept then. */
export const receivePart = async (
  house: Pick<House, 'keyRing' | 'files'>,
  cell: Cell,
  upload: UploadRow,
  span: Span,
  { bytes, signal }: Pick<Body, 'bytes' | 'signal'>,
  at: Date,
): Promise<void> => {
  const { id: uploadId, workspaceId } = upload
  if (upload.expiresAt <= at) throw refuse('upload_expired')
  await requireStorage(cell.db, workspaceId, upload.totalBytes ?? 0, at)
  const part = { number: span.number, objectId: makeId(at) }
  const dataKey = await loadDataKey(cell.db, house.keyRing, workspaceId)
  const announced = span.end - span.start
  const place = { key: partKey(upload, part), dataKey }
  const { staged, sizeBytes } = await takeIn(house, cell, place, { bytes, signal, announced }, announced)
  try {
    await cell.db.transaction(async (tx) => {
      const { createdAt } = await lockOpen(tx, uploadId, at)
      await dropReplaced(tx, cell, upload, span)
      await tx.insert(uploadParts).values({ uploadId, workspaceId, ...part, sizeBytes, receivedAt: at })
      const keptUntil = Math.min(
        secondsAfter(at, keptSeconds).getTime(),
        secondsAfter(createdAt, keptSecondsMax).getTime(),
      )
      await tx
        .update(uploads)
        .set({ expiresAt: new Date(keptUntil) })
        .where(eq(uploads.id, uploadId))
      // Last, so that a crash before the commit leaves an object that goes with the upload.
      await staged.publish()
    })
  } catch (error) {
    await staged.discard()
    throw error
  }
}

/** Takes away what a span stands in for: the part of its number; all of them where the file came whole, and that where a part comes. */
const dropReplaced = async (
  tx: Tx,
  cell: Cell,
  upload: UploadRow,
  { number, isWhole }: Span,
): Promise<void> => {
  const replaced = await tx
    .delete(uploadParts)
    .where(
      and(
        eq(uploadParts.uploadId, upload.id),
        isWhole
          ? undefined
          : or(eq(uploadParts.number, number), gt(uploadParts.sizeBytes, upload.partBytes ?? 0)),
      ),
    )
    .returning()
  for (const gone of replaced)
    await addJob(tx, 'remove-file', { region: cell.region, key: partKey(upload, gone) })
}
