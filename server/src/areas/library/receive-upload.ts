import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { and, eq, gt, lt } from 'drizzle-orm'
import { may } from '#contract/permissions.ts'
import type { Cell } from '../../cells/cells.ts'
import { secondsAfter } from '../../clock.ts'
import { sealStream } from '../../crypto/sealed-stream.ts'
import { signPath } from '../../crypto/signed-url.ts'
import { makeId } from '../../crypto/token.ts'
import type { Actor } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { loadDataKey } from '../accounts/data-key.ts'
import { recordActivity } from '../activity/record-activity.ts'
import { findMembership } from '../workspaces/find-membership.ts'
import { addStorage, lockAllowances, requireStorage } from '../workspaces/storage.ts'
import { attachWeights, weightsKey } from './models/weights.ts'
import type { ModelRow } from './table.ts'
import { uploads } from './table.ts'

/** A model file (SPEC 7). */
const uploadBytesMax = 2 ** 30
const uploadSeconds = 3600

/** Opens an upload for a model and returns where to send the bytes. `gcsPath` is opaque to the client and comes back as
 *  `modelPath` (SPEC 16.4). */
export const openUpload = async (
  { keyRing, siteUrl }: Pick<House, 'keyRing' | 'siteUrl'>,
  actor: Actor,
  model: ModelRow,
  filename: string,
  at: Date,
): Promise<{ uploadUrl: string; gcsPath: string; uploadPath: string }> => {
  const { cell, id: workspaceId } = actor.workspace
  await requireStorage(cell.db, workspaceId, 0, at)
  const id = makeId(at)
  const expiresAt = secondsAfter(at, uploadSeconds)
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
  const uploadUrl = siteUrl() + signPath(keyRing, 'PUT', uploadPathOf(cell, id), expiresAt)
  const gcsPath = weightsKey(id)
  return { uploadUrl, gcsPath, uploadPath: gcsPath }
}

const uploadPathOf = (cell: Cell, uploadId: string): string => `/api/uploads/${cell.id}/${uploadId}`

/** The upload that a `gcsPath` of ours names, or undefined: a managed worker sends a path of its own machine (SPEC 16.4). */
export const uploadIdOf = (gcsPath: string | null | undefined): string | undefined =>
  /^weights\/([0-9a-f]{24})$/.exec(gcsPath ?? '')?.[1]

/** Takes in the bytes of an upload: counted, sealed and stored as they flow, then made the model's weights in one transaction.
 *  Refuses with upload_not_found, upload_completed, payload_too_large, storage_limit_exceeded, or invalid_request when fewer bytes
 *  came than were announced; nothing is kept then. */
export const receiveUpload = async (
  { keyRing, files }: Pick<House, 'keyRing' | 'files'>,
  cell: Cell,
  uploadId: string,
  { bytes, announced, signal }: { bytes: Readable; announced: number | undefined; signal: AbortSignal },
  requestId: string,
  at: Date,
): Promise<void> => {
  const [upload] = await cell.db.select().from(uploads).where(eq(uploads.id, uploadId))
  if (!upload) throw refuse('upload_not_found')
  if (upload.state === 'stored') throw refuse('upload_completed')
  const { workspaceId } = upload
  // The link outlives nobody's right to it.
  const sender = await findMembership(cell, workspaceId, upload.startedBy, at)
  if (!sender || !may(sender.role, 'training.run')) throw refuse('upload_not_found')
  if ((announced ?? 0) > uploadBytesMax) throw tooLarge()
  await requireStorage(cell.db, workspaceId, announced ?? 0, at)

  const dataKey = await loadDataKey(cell.db, keyRing, workspaceId)
  const key = weightsKey(uploadId)
  const counter = new ByteCounter(uploadBytesMax)
  const sealer = sealStream(dataKey, key)
  const [staged] = await Promise.all([
    files.stage(cell.region, sealer),
    pipeline(bytes, counter, sealer, { signal }).catch((cause) => {
      throw bytes.errored || signal.aborted ? brokenOff(cause) : cause
    }),
  ])
  try {
    const sizeBytes = counter.bytes
    if (sizeBytes === 0 || (announced !== undefined && announced !== sizeBytes))
      throw refuse('invalid_request', {
        message: `Expected ${announced ?? 'some'} bytes and received ${sizeBytes}`,
      })
    await cell.db.transaction(async (tx) => {
      const allowances = await lockAllowances(tx, workspaceId, at)
      const [open] = await tx
        .select()
        .from(uploads)
        .where(and(eq(uploads.id, uploadId), eq(uploads.state, 'pending'), gt(uploads.expiresAt, at)))
        .for('no key update')
      if (!open) throw refuse('upload_completed')
      await addStorage(tx, workspaceId, allowances, { models: sizeBytes })
      const [stored] = await tx
        .update(uploads)
        .set({ state: 'stored', sizeBytes })
        .where(eq(uploads.id, uploadId))
        .returning()
      if (!stored) throw refuse('upload_not_found')
      const model = await attachWeights(tx, cell, stored, { final: false }, at)
      const doer = { userId: upload.startedBy, workspaceId, requestId }
      const subject = { id: model.id, name: model.name, metadata: { file: upload.filename, sizeBytes } }
      await recordActivity(tx, 'model/uploaded', doer, subject, at)
      // Last, so that a crash before the commit leaves an object that the next try replaces or the sweep removes.
      await staged.publish(key)
    })
  } catch (error) {
    await staged.discard()
    throw error
  }
}

const brokenOff = (cause: unknown) =>
  refuse('invalid_request', { message: 'The upload was broken off before all bytes had come', cause })

const tooLarge = () =>
  refuse('payload_too_large', { message: `A model file may be at most ${uploadBytesMax} bytes` })

/** Counts what flows through and stops a stream that grows past the limit. */
class ByteCounter extends Transform {
  bytes = 0
  private readonly max: number
  constructor(max: number) {
    super()
    this.max = max
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null, data?: Buffer) => void,
  ) {
    this.bytes += chunk.length
    if (this.bytes > this.max) done(tooLarge())
    else done(null, chunk)
  }
}

/** Removes uploads that were never finished, and whatever a crash left of them. */
export const sweepUploads = async (
  { cells, files }: Pick<House, 'cells' | 'files'>,
  at: Date,
): Promise<void> => {
  // By real time, as the disk dates its files.
  await files.sweep(secondsAfter(new Date(), -24 * 3600))
  await Promise.all(cells.all.map((cell) => sweepCell(cell, files, at)))
}

const sweptAtOnce = 1000

const sweepCell = async (cell: Cell, files: House['files'], at: Date): Promise<void> => {
  const stale = await cell.db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(eq(uploads.state, 'pending'), lt(uploads.expiresAt, secondsAfter(at, -uploadSeconds))))
    .limit(sweptAtOnce)
  for (const { id } of stale) {
    await files.remove(cell.region, weightsKey(id))
    await cell.db.delete(uploads).where(and(eq(uploads.id, id), eq(uploads.state, 'pending')))
  }
  if (stale.length === sweptAtOnce) await sweepCell(cell, files, at)
}
