import { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { weightsKey } from '../../src/areas/library/models/weights.ts'
import { datasets, models, projects, uploads } from '../../src/areas/library/table.ts'
import { allowancesOf } from '../../src/areas/workspaces/allowances.ts'
import { addStorage, lockAllowances } from '../../src/areas/workspaces/storage.ts'
import { makeId } from '../../src/crypto/token.ts'
import { addImages } from '../images.ts'
import type { TestHouse } from '../test-house.ts'

/* Things of a workspace in the first cell, as the routes leave them: rows, files and what they count. */

const cellOf = (house: TestHouse) => house.cells.get('us-1')

/** What no limit keeps from being stored. */
const unlimited = allowancesOf({ plan: 'enterprise', seatsMax: null, enterpriseUntil: null }, new Date())

const storeFile = async (house: TestHouse, key: string, bytes: number): Promise<void> => {
  const staged = await house.files.stage('us', key, Readable.from([Buffer.alloc(Math.max(1, bytes))]))
  await staged.publish()
}

export const aProject = async (house: TestHouse, workspaceId: string, slug: string): Promise<string> => {
  const at = house.clock.now()
  const id = makeId(at)
  const row = {
    id,
    workspaceId,
    slug,
    name: slug,
    visibility: 'private',
    createdAt: at,
    updatedAt: at,
  } as const
  await cellOf(house).db.insert(projects).values(row)
  return id
}

/** A model, with weights of so many bytes unless 0. */
export const aModel = async (
  house: TestHouse,
  { workspaceId, projectId }: { workspaceId: string; projectId: string },
  slug: string,
  bytes = 0,
): Promise<string> => {
  const at = house.clock.now()
  const id = makeId(at)
  const { db } = cellOf(house)
  await db
    .insert(models)
    .values({ id, workspaceId, projectId, slug, name: slug, createdAt: at, updatedAt: at })
  if (bytes === 0) return id
  const uploadId = makeId(at)
  await storeFile(house, weightsKey(uploadId), bytes)
  await db.transaction(async (tx) => {
    await lockAllowances(tx, workspaceId, at)
    await addStorage(tx, workspaceId, unlimited, { models: bytes })
    await tx.insert(uploads).values({
      id: uploadId,
      workspaceId,
      modelId: id,
      startedBy: workspaceId,
      filename: 'best.pt',
      state: 'stored',
      sizeBytes: bytes,
      createdAt: at,
      expiresAt: at,
    })
    await tx.update(models).set({ weightsUploadId: uploadId }).where(eq(models.id, id))
  })
  return id
}

/** A dataset with images of these sizes. */
export const aDataset = async (
  house: TestHouse,
  workspaceId: string,
  slug: string,
  imageBytes: readonly number[] = [],
): Promise<string> => {
  const at = house.clock.now()
  const id = makeId(at)
  await cellOf(house).db.transaction(async (tx) => {
    await lockAllowances(tx, workspaceId, at)
    const sum = imageBytes.reduce((bytes, each) => bytes + each, 0)
    await addStorage(tx, workspaceId, unlimited, { datasets: sum })
    await tx.insert(datasets).values({
      id,
      workspaceId,
      slug,
      name: slug,
      task: 'detect',
      classNames: ['cat'],
      visibility: 'private',
      status: 'ready',
      createdAt: at,
      updatedAt: at,
    })
  })
  await addImages(
    house,
    imageBytes.map((sizeBytes) => ({ workspaceId, datasetId: id, sizeBytes })),
  )
  return id
}
