import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson } from '../../../test/people.ts'
import { aTeam } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { aDataset, aModel, aProject } from '../../../test/trash/things.ts'
import { makeId } from '../../crypto/token.ts'
import { eraseFiles, eraseLibrary } from './erase-library.ts'
import { exports, projects, uploads } from './table.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

/** More than go at a time. */
const manyImages = Array.from({ length: 201 }, () => 1)

const filesOf = async (kind: string) => readdir(`${house.filesDir}/us/${kind}`).catch(() => [])

test('of a team that is erased no weights, no image and no export stays in the store, and nobody else loses any', async () => {
  const owner = await aPerson(house)
  const { id: workspaceId } = await aTeam(house, [[owner, 'owner']])
  const projectId = await aProject(house, workspaceId, 'roads')
  const modelId = await aModel(house, { workspaceId, projectId }, 'first', 100)
  await aDataset(house, workspaceId, 'cats', manyImages)
  const kept = await aDataset(house, owner.userId, 'dogs', [1])
  const at = house.clock.now()
  const exported = {
    id: makeId(at),
    workspaceId,
    modelId,
    createdBy: owner.userId,
    createdAt: at,
    updatedAt: at,
  }
  const fileKey = `exports/${exported.id}`
  await (await house.files.stage('us', fileKey, Readable.from([Buffer.alloc(9)]))).publish()
  const cell = house.cells.get('us-1')
  await cell.db
    .insert(exports)
    .values({ ...exported, format: 'onnx', status: 'completed', sizeBytes: 9, fileKey })

  for (let time = 0; time < 2; time++) {
    await eraseFiles(house, cell, workspaceId)
    await eraseLibrary(cell, workspaceId)
  }
  expect(await filesOf('weights')).toEqual([])
  expect(await filesOf('exports')).toEqual([])
  expect(await filesOf('images')).toHaveLength(1)
  expect(await cell.db.select().from(uploads).where(eq(uploads.workspaceId, workspaceId))).toEqual([])
  expect(await cell.db.select().from(projects).where(eq(projects.workspaceId, workspaceId))).toEqual([])
  const { rows } = await cell.pool.query('select image_count from datasets where id = $1', [kept])
  expect(rows).toEqual([{ image_count: 1 }])
})
