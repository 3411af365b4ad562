import { pipeline, Readable, Transform } from 'node:stream'
import { asc, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import type { DataKey } from '../../../crypto/seal.ts'
import { excerptOf, openExcerpt, openStream } from '../../../crypto/sealed-stream.ts'
import type { House } from '../../../house.ts'
import type { ByteRange } from '../../../ports/files.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { type UploadRow, uploadParts } from '../table.ts'
import { partKey, uploadKey } from './upload-key.ts'

type Needs = Pick<House, 'keyRing' | 'files'>

/** One sealed object and how many bytes it opens to. */
type Piece = { key: string; sizeBytes: number }

/** The parts of an upload that are here, in their order; none when it came whole and by itself. */
export const loadParts = (db: Db | Tx, uploadId: string) =>
  db.select().from(uploadParts).where(eq(uploadParts.uploadId, uploadId)).orderBy(asc(uploadParts.number))

/** The bytes of an upload as they were sent, from `start` up to `end`, or all of them. Parts are opened one after the other as they are
 *  read, so memory stays at some segments whatever the size. The stream fails when a part is gone or was changed. */
export const readUpload = async (
  house: Needs,
  cell: Cell,
  upload: UploadRow,
  range?: ByteRange,
): Promise<Readable> => (await openUpload(house, cell, upload))(range)

/** The same for whoever reads many ranges: where its parts are is asked once. */
export const openUpload = async (
  { keyRing, files }: Needs,
  cell: Cell,
  upload: UploadRow,
): Promise<(range?: ByteRange) => Promise<Readable>> => {
  const [parts, dataKey] = await Promise.all([
    loadParts(cell.db, upload.id),
    loadDataKey(cell.db, keyRing, upload.workspaceId),
  ])
  const pieces = parts.length
    ? parts.map((part): Piece => ({ key: partKey(upload, part), sizeBytes: part.sizeBytes }))
    : [{ key: uploadKey(upload), sizeBytes: upload.sizeBytes ?? 0 }]
  const open = (slice: Slice): Promise<Readable> => openSlice(files, cell, dataKey, slice)
  return (range) => inOneStream(slicesOf(pieces, range), open)
}

const inOneStream = async (
  [first, ...rest]: readonly Slice[],
  open: (slice: Slice) => Promise<Readable>,
): Promise<Readable> => {
  if (!first) return Readable.from([])
  // Opened before anything is answered, so that what is not there is told by a status.
  const opened = await open(first)
  const chunks = async function* () {
    yield* opened
    for (const slice of rest) yield* await open(slice)
  }
  const stream = Readable.from(chunks(), { objectMode: false })
  // A reader who leaves before the first byte would leave it open.
  stream.once('close', () => opened.destroy())
  return stream
}

type Slice = Piece & { start: number; end: number }

/** What of each piece lies in a range of them all together. */
const slicesOf = (pieces: readonly Piece[], range: ByteRange | undefined): Slice[] => {
  let offset = 0
  return pieces.flatMap((piece) => {
    const start = Math.max(0, (range?.start ?? 0) - offset)
    const end = Math.min(piece.sizeBytes, (range?.end ?? Number.POSITIVE_INFINITY) - offset)
    offset += piece.sizeBytes
    return end > start ? [{ ...piece, start, end }] : []
  })
}

/** A sealed object opened: one that is stored under its own name alone. */
export const readSealed = (
  { files }: Pick<Needs, 'files'>,
  cell: Cell,
  dataKey: DataKey,
  key: string,
): Promise<Readable> => openWhole(files, cell, dataKey, key)

const openSlice = async (
  files: House['files'],
  cell: Cell,
  dataKey: DataKey,
  { key, sizeBytes, start, end }: Slice,
): Promise<Readable> => {
  if (start === 0 && end === sizeBytes) return openWhole(files, cell, dataKey, key)
  const excerpt = excerptOf(sizeBytes, start, end)
  const [head, segments] = await Promise.all([
    files.read(cell.region, key, excerpt.head),
    files.read(cell.region, key, excerpt.segments),
  ])
  const sealed = async function* () {
    yield* head
    yield* segments
  }
  const cut = new Cutter(excerpt.skipBytes, excerpt.plainBytes)
  pipeline(Readable.from(sealed(), { objectMode: false }), openExcerpt(dataKey, key, excerpt), cut, () => {
    head.destroy()
    segments.destroy()
  })
  return cut
}

const openWhole = async (
  files: House['files'],
  cell: Cell,
  dataKey: DataKey,
  key: string,
): Promise<Readable> => {
  const sealed = await files.read(cell.region, key)
  const opened = openStream(dataKey, key)
  // Whichever side ends early, a reader who leaves or a store that fails, takes the other with it: no file stays open.
  pipeline(sealed, opened, () => {})
  return opened
}

/** Leaves out so many bytes, and everything after those that are wanted. */
class Cutter extends Transform {
  private skipBytes: number
  private wantedBytes: number
  constructor(skipBytes: number, wantedBytes: number) {
    super()
    this.skipBytes = skipBytes
    this.wantedBytes = wantedBytes
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, data?: Buffer) => void) {
    const kept = chunk.subarray(this.skipBytes, this.skipBytes + this.wantedBytes)
    this.skipBytes = Math.max(0, this.skipBytes - chunk.length)
    this.wantedBytes -= kept.length
    if (kept.length) done(null, kept)
    else done(null)
  }
}
