import { eq } from 'drizzle-orm'
import { datasets, models, uploadParts, uploads } from '../../src/areas/library/table.ts'
import { secondsAfter } from '../../src/clock.ts'
import { signPath } from '../../src/crypto/signed-url.ts'
import { makeId } from '../../src/crypto/token.ts'
import { type AccessRow, alone, nobodysId, type Scene, withThing } from './row.ts'

/* Routes by which files of any size arrive. */

const newFile = { filename: 'set.zip', contentType: 'application/zip', totalBytes: 7 }

type Kind = 'models' | 'datasets'

/** An upload for a model or a dataset of the place, whose bytes have all arrived. */
const session = async ({ world: { house }, place }: Scene, assetType: Kind): Promise<string> => {
  const { db } = house.cells.get('us-1')
  const ofModel = assetType === 'models'
  const assetId = ofModel ? await place.runningModel() : place.datasets.private.id
  const table = ofModel ? models : datasets
  const [asset] = await db.select({ workspaceId: table.workspaceId }).from(table).where(eq(table.id, assetId))
  if (!asset) return nobodysId
  const at = house.clock.now()
  const { workspaceId } = asset
  const id = makeId(at)
  await db.insert(uploads).values({
    ...newFile,
    id,
    workspaceId,
    assetType,
    [ofModel ? 'modelId' : 'datasetId']: assetId,
    partBytes: 16,
    startedBy: workspaceId,
    state: 'pending',
    createdAt: at,
    expiresAt: secondsAfter(at, 3600),
  })
  const part = { uploadId: id, workspaceId, number: 0, objectId: id, sizeBytes: 7, receivedAt: at }
  await db.insert(uploadParts).values(part)
  return id
}

/** The same for what keys for models and what keys for datasets may do. */
const both = (
  route: string,
  ask: (kind: Kind) => (scene: Scene) => ReturnType<AccessRow['ask']>,
): AccessRow[] => [
  { route, about: 'for a model', targets: withThing, ask: ask('models') },
  { route, about: 'for a dataset', targets: withThing, ask: ask('datasets') },
]

const bySession = (route: string): AccessRow[] =>
  both(route, (kind) => async (scene) => ({
    query: { owner: scene.owner },
    params: { sessionId: await session(scene, kind) },
  }))

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
  ...both('POST /api/upload/signed-url', (assetType) => ({ owner, place }) => {
    const assetId = assetType === 'models' ? place.library.private.modelId : place.datasets.private.id
    return { query: { owner }, body: { ...newFile, assetType, assetId } }
  }),
  ...both('POST /api/upload/complete', (kind) => async (scene) => ({
    query: { owner: scene.owner },
    body: { sessionId: await session(scene, kind) },
  })),
  ...bySession('GET /api/upload/:sessionId'),
  ...bySession('DELETE /api/upload/:sessionId'),
  byAddress(true),
  byAddress(false),
]
