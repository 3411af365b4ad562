import { eq } from 'drizzle-orm'
import { datasets, uploadParts, uploads } from '../../src/areas/library/table.ts'
import { secondsAfter } from '../../src/clock.ts'
import { signPath } from '../../src/crypto/signed-url.ts'
import { makeId } from '../../src/crypto/token.ts'
import { type AccessRow, alone, nobodysId, type Scene, withThing } from './row.ts'

/* Routes by which files of any size arrive. */

const newFile = { filename: 'set.zip', contentType: 'application/zip', totalBytes: 7 }

/** An upload for a dataset of the place, whose bytes have all arrived. */
const session = async ({ world: { house }, place }: Scene): Promise<string> => {
  const { db } = house.cells.get('us-1')
  const [dataset] = await db.select().from(datasets).where(eq(datasets.id, place.datasets.private.id))
  if (!dataset) return nobodysId
  const at = house.clock.now()
  const { id: datasetId, workspaceId } = dataset
  const id = makeId(at)
  await db.insert(uploads).values({
    ...newFile,
    id,
    workspaceId,
    datasetId,
    assetType: 'datasets',
    partBytes: 16,
    startedBy: workspaceId,
    state: 'pending',
    createdAt: at,
    expiresAt: secondsAfter(at, 3600),
  })
  await db
    .insert(uploadParts)
    .values({ uploadId: id, workspaceId, number: 0, objectId: id, sizeBytes: 7, receivedAt: at })
  return id
}

const bySession = (route: string): AccessRow => ({
  route,
  targets: withThing,
  ask: async (scene) => ({ query: { owner: scene.owner }, params: { sessionId: await session(scene) } }),
})

/** Asks about an upload of nobody's by its own address; whoever gets past the signature is told that there is none. */
const byAddress = (isSigned: boolean): AccessRow => ({
  route: 'GET /api/uploads/:cell/:id',
  about: isSigned ? 'by a signed link' : 'without a signature',
  targets: alone,
  ask: ({ world: { house } }) => {
    const link = signPath(
      house.keyRing,
      'PUT',
      `/api/uploads/us-1/${nobodysId}`,
      secondsAfter(house.clock.now(), 3600),
    )
    return {
      params: { cell: 'us-1', id: nobodysId },
      ...(isSigned ? { query: Object.fromEntries(new URL(link, 'http://localhost').searchParams) } : {}),
    }
  },
})

export const uploadRows: AccessRow[] = [
  {
    route: 'POST /api/upload/signed-url',
    about: 'for a model',
    targets: withThing,
    ask: ({ owner, place }) => ({
      query: { owner },
      body: { ...newFile, assetType: 'models', assetId: place.library.private.modelId },
    }),
  },
  {
    route: 'POST /api/upload/signed-url',
    about: 'for a dataset',
    targets: withThing,
    ask: ({ owner, place }) => ({
      query: { owner },
      body: { ...newFile, assetType: 'datasets', assetId: place.datasets.private.id },
    }),
  },
  {
    route: 'POST /api/upload/complete',
    targets: withThing,
    ask: async (scene) => ({
      query: { owner: scene.owner },
      body: { sessionId: await session(scene) },
    }),
  },
  bySession('GET /api/upload/:sessionId'),
  bySession('DELETE /api/upload/:sessionId'),
  byAddress(true),
  byAddress(false),
]
