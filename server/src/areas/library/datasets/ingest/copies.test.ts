import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPicture, zipOf } from '../../../../../test/datasets/archives.ts'
import { aDataset, ingest, shown, takenIn, uploaded } from '../../../../../test/datasets/taking-in.ts'
import { aPerson, type Person } from '../../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../../test/test-house.ts'
import { limits } from './limits.ts'

let house: TestHouse
let person: Person

beforeAll(async () => {
  house = await startTestHouse()
  person = await aPerson(house)
})
afterAll(() => house.stop())

const work = (jobId: string) => house.app.jobs['work-on-dataset']!({ cellId: 'us-1', jobId })
const pool = () => house.cells.get('us-1').pool

/** A zip of pictures from that number on, under the same names every time. */
const archiveOf = async (from: number) =>
  zipOf(
    (await Promise.all([0, 1, 2].map((n) => aPicture(from + n)))).map((bytes, n) => ({
      name: `images/train/${n}.png`,
      bytes,
    })),
  )

const cloned = async (id: string, slug: string): Promise<{ datasetId: string; jobId: string }> => {
  const reply = await person.call('POST', `/api/datasets/${id}/clone`, { slug, name: slug })
  expect(reply.statusCode, reply.body).toBe(201)
  return reply.json()
}

const rowsOf = async (id: string): Promise<number> => {
  const { rows } = await pool().query('select id from dataset_images where dataset_id = $1', [id])
  return rows.length
}

test('a copy is whole though all images of the original are replaced before it is made, and then they go', async () => {
  const id = await aDataset(person, 'original')
  await takenIn(house, person, id, 'set.zip', await archiveOf(0))
  const copy = await cloned(id, 'copy')
  const sessionId = await uploaded(house, person, id, 'set.zip', await archiveOf(10))
  const replacing = (await ingest(person, id, sessionId, { conflictPolicy: 'replace' })).json()
  await work(replacing.jobId)
  expect(await shown(person, id)).toMatchObject({ status: 'ready', imageCount: 3 })
  expect(await rowsOf(id)).toBe(6)
  await work(copy.jobId)
  expect(await shown(person, copy.datasetId)).toMatchObject({ status: 'ready', imageCount: 3 })
  expect(await rowsOf(id)).toBe(3)
  await house.runJobs()
})

test('a copy that misses images of its original fails and says so', async () => {
  const id = await aDataset(person, 'thinned')
  await takenIn(house, person, id, 'set.zip', await archiveOf(20))
  const copy = await cloned(id, 'thin-copy')
  await pool().query(
    'delete from dataset_images where id = (select min(id) from dataset_images where dataset_id = $1)',
    [id],
  )
  await work(copy.jobId)
  const { status, imageCount, job } = await shown(person, copy.datasetId)
  expect([status, imageCount]).toEqual(['failed', 0])
  expect(job.error).toMatch(/original was changed/)
  await house.runJobs()
})

test('a workspace has ten files and copies at work, and another is refused until one has ended', async () => {
  const id = await aDataset(person, 'wanted')
  await takenIn(house, person, id, 'set.zip', await archiveOf(30))
  const copies = []
  for (let n = 0; n < limits.jobsMax; n++) copies.push(await cloned(id, `wanted-${n}`))
  const refused = await person.call('POST', `/api/datasets/${id}/clone`, { slug: 'one-more' })
  expect([refused.statusCode, refused.json().reason]).toEqual([409, 'workspace_busy'])
  await work(copies[0]!.jobId)
  await cloned(id, 'one-more')
  await house.runJobs()
})
