import { pipeline, Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import { type DataKey, makeDataKey, wrapDataKey } from '../../../../crypto/seal.ts'
import { sealStream } from '../../../../crypto/sealed-stream.ts'
import { makeId } from '../../../../crypto/token.ts'
import type { House } from '../../../../house.ts'
import { imageFiles } from '../table.ts'
import { type Face, faceKey, imageDigest } from './image-file.ts'
import { type PreparedImage, prepareImage } from './prepare-image.ts'

type Needs = Pick<House, 'files' | 'keyRing'>

/** A file that an image can show: one that is there already, or one that was stored just now and comes into use with the first image. */
export type Kept = {
  id: string
  digest: Buffer
  sizeBytes: number
  isNew: boolean
  facts: Omit<PreparedImage, 'full' | 'thumbnail'>
}

/** Finds the file of these bytes, or stores it, with a thumbnail. A new one has a row before it has bytes, so that whatever happens they
 *  are swept. Throws ImageProblem for what is no image that can be taken in. */
export const keepImage = async (house: Needs, cell: Cell, bytes: Buffer, at: Date): Promise<Kept> => {
  const digest = imageDigest(house.keyRing, bytes)
  const [known] = await cell.db.select().from(imageFiles).where(eq(imageFiles.digest, digest))
  if (known) return keptFile(known)
  const { full, thumbnail, ...facts } = await prepareImage(bytes)
  const id = makeId(at)
  const key = makeDataKey()
  await cell.db
    .insert(imageFiles)
    .values({ id, wrappedKey: wrapDataKey(house.keyRing, id, key), unusedSince: at })
  await storeFace(house, cell, { id, key }, 'full', full)
  await storeFace(house, cell, { id, key }, 'thumbnail', thumbnail)
  return { id, digest, sizeBytes: full.length, isNew: true, facts }
}

/** A file that is there. */
export const keptFile = ({
  id,
  digest,
  sizeBytes,
  type,
  width,
  height,
}: typeof imageFiles.$inferSelect): Kept => ({
  id,
  digest: digest ?? Buffer.alloc(0),
  sizeBytes: sizeBytes ?? 0,
  isNew: false,
  facts: { type: type ?? '', width: width ?? 0, height: height ?? 0 },
})

const storeFace = async (
  { files }: Needs,
  cell: Cell,
  { id, key }: { id: string; key: DataKey },
  face: Face,
  bytes: Buffer,
): Promise<void> => {
  const place = faceKey(id, face)
  const sealed = sealStream(key, place)
  // A fault on the way ends the stream that is staged, so nothing half is kept.
  pipeline(Readable.from([bytes]), sealed, () => {})
  const staged = await files.stage(cell.region, place, sealed)
  await staged.publish()
}
