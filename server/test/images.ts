import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type Face, faceKey } from '../src/areas/library/datasets/files/image-file.ts'
import { imageFiles } from '../src/areas/library/datasets/table.ts'
import { datasetImages } from '../src/areas/library/table.ts'
import { makeDataKey, wrapDataKey } from '../src/crypto/seal.ts'
import { sealStream } from '../src/crypto/sealed-stream.ts'
import { makeId, makeToken } from '../src/crypto/token.ts'
import type { TestHouse } from './test-house.ts'

type Wanted = Pick<typeof datasetImages.$inferInsert, 'workspaceId' | 'datasetId'> &
  Partial<typeof datasetImages.$inferInsert> & { bytes?: Buffer }

/** Images as an ingest leaves them in the first cell, each with a file of its own. What they count is the caller's business. */
export const addImages = async (house: TestHouse, wanted: readonly Wanted[]): Promise<string[]> => {
  if (wanted.length === 0) return []
  const cell = house.cells.get('us-1')
  const at = house.clock.now()
  const rows = []
  for (const { bytes = Buffer.from('pixel'), ...image } of wanted) {
    const key = makeDataKey()
    const fileId = makeId(at)
    const file = { id: fileId, wrappedKey: wrapDataKey(house.keyRing, fileId, key) }
    for (const face of ['full', 'thumbnail'] satisfies Face[]) {
      const place = faceKey(file.id, face)
      const sealed = await buffer(Readable.from([bytes]).pipe(sealStream(key, place)))
      await (await house.files.stage('us', place, Readable.from([sealed]))).publish()
    }
    const id = image.id ?? makeId(at)
    rows.push({
      file,
      image: {
        file: `${id}.jpg`,
        split: 'train' as const,
        sizeBytes: bytes.length,
        ...image,
        id,
        fileId: file.id,
      },
    })
  }
  await cell.db.insert(imageFiles).values(
    rows.map(({ file, image }) => ({
      ...file,
      digest: Buffer.from(makeToken()),
      type: 'image/jpeg',
      width: 64,
      height: 48,
      sizeBytes: image.sizeBytes,
    })),
  )
  await cell.db.insert(datasetImages).values(rows.map(({ image }) => image))
  return rows.map(({ image }) => image.id)
}
