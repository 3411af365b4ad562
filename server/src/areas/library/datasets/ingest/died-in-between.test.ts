import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPicture, tarOf, zipOf } from '../../../../../test/datasets/archives.ts'
import {
  aDataset,
  ingest,
  nothing,
  shown,
  takenIn,
  tracesOf,
  uploaded,
} from '../../../../../test/datasets/taking-in.ts'
import { aPerson } from '../../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../../test/test-house.ts'
import { dropFiles } from '../files/release-files.ts'
import { datasetJobs, imageFiles } from '../table.ts'
import { takeBack } from './finish-job.ts'
import { JobOvertaken } from './write-batch.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const archiveOf = async (count: number, from: number) =>
  zipOf(
    (await Promise.all(Array.from({ length: count }, (_, n) => aPicture(from + n)))).flatMap((bytes, n) => [
      { name: `images/train/${n}.png`, bytes },
      { name: `labels/train/${n}.txt`, bytes: '0 0.5 0.5 0.1 0.1' },
    ]),
  )

const work = (jobId: string, signal?: AbortSignal) =>
  house.app.jobs['work-on-dataset']!({ cellId: 'us-1', jobId }, signal)

test('a job that dies while it stores any file shows nothing, and a repetition takes in all of it once', async () => {
  const person = await aPerson(house)
  const id = await aDataset(person, 'mortal')
  const sessionId = await uploaded(house, person, id, 'set.zip', await archiveOf(5, 0))
  const { jobId } = (await ingest(person, id, sessionId)).json()
  const stage = house.files.stage.bind(house.files)
  for (let dieAt = 1; dieAt <= 10; dieAt++) {
    let staged = 0
    house.files.stage = (...of) => {
      staged += 1
      if (staged === dieAt) throw new Error('The disk is gone')
      return stage(...of)
    }
    await expect(work(jobId)).rejects.toThrow('The disk is gone')
    expect(await shown(person, id)).toMatchObject({
      status: 'processing',
      imageCount: 0,
      splits: { train: 0 },
    })
  }
  house.files.stage = stage
  await house.runJobs()
  expect(await shown(person, id)).toMatchObject({ status: 'ready', imageCount: 5, annotationCount: 5 })
  const traces = await tracesOf(house, person.userId)
  expect(traces).toMatchObject({ images: 5, uploads: 0, labels: 0 })
  // What died before it was shown is swept.
  house.clock.advance(7 * 3600)
  await house.runSchedules()
  await house.runJobs()
  const swept = await tracesOf(house, person.userId)
  expect([swept.files, swept.stored]).toEqual([5, 10])
  await person.call('DELETE', `/api/datasets/${id}`)
  await person.call('DELETE', '/api/trash', { id, type: 'dataset' })
  await house.runJobs()
  expect(await tracesOf(house, person.userId)).toEqual(nothing)
})

test('a server that stops after every image loses none and takes none in twice', async () => {
  const person = await aPerson(house)
  const id = await aDataset(person, 'halting')
  const sessionId = await uploaded(house, person, id, 'set.zip', await archiveOf(6, 100))
  const { jobId } = (await ingest(person, id, sessionId)).json()
  const stage = house.files.stage.bind(house.files)
  for (let turn = 1; turn <= 6; turn++) {
    const stopping = new AbortController()
    house.files.stage = (...of) => {
      stopping.abort()
      return stage(...of)
    }
    await work(jobId, stopping.signal)
    const { imageCount, job } = await shown(person, id)
    expect([imageCount, job.processed]).toEqual([0, turn])
  }
  house.files.stage = stage
  await Promise.all([work(jobId), work(jobId)])
  expect(await shown(person, id)).toMatchObject({
    status: 'ready',
    imageCount: 6,
    job: { processed: 6, skipped: 0 },
  })
  await house.runJobs()
})

test('a server that stops leaves off while a file is looked at, and that counts as no death', async () => {
  const person = await aPerson(house)
  for (const [filename, file] of [
    ['set.zip', await archiveOf(2, 200)],
    ['set.tar', await tarOf([{ name: 'images/a.png', bytes: await aPicture(210) }])],
    ['set.ndjson', Buffer.from(`{"type":"dataset"}\n${await lineOf(220)}`)],
  ] as const) {
    const id = await aDataset(person, `stopped-${filename.slice(4)}`)
    const { jobId } = (await ingest(person, id, await uploaded(house, person, id, filename, file))).json()
    for (let turn = 0; turn < 6; turn++) await work(jobId, AbortSignal.abort())
    expect((await shown(person, id)).job).toMatchObject({ status: 'running', processed: 0 })
    await house.runJobs()
    expect(await shown(person, id)).toMatchObject({ status: 'ready', job: { skipped: 0 } })
  }
})

const lineOf = async (number: number): Promise<string> => {
  const url = `data:image/png;base64,${(await aPicture(number)).toString('base64')}`
  return JSON.stringify({ type: 'image', file: 'a.png', url, split: 'train', annotations: {} })
}

test('a file that lets three servers die is given up, and leaves nothing', async () => {
  const person = await aPerson(house)
  const id = await aDataset(person, 'deadly')
  const file = await archiveOf(1, 300)
  const { jobId } = (await ingest(person, id, await uploaded(house, person, id, 'set.zip', file))).json()
  await house.cells.get('us-1').pool.query('update dataset_jobs set lost_turns = 3 where id = $1', [jobId])
  await house.runJobs()
  const { status, job } = await shown(person, id)
  expect([status, job.status]).toEqual(['failed', 'failed'])
  expect(job.error).toMatch(/died each time/)
  expect(await tracesOf(house, person.userId)).toMatchObject({ uploads: 0, counted: 0 })
})

test('a job that only fails is given up after a day, and goes on when an image was taken in', async () => {
  const person = await aPerson(house)
  const id = await aDataset(person, 'failing')
  const file = await archiveOf(1, 310)
  const { jobId } = (await ingest(person, id, await uploaded(house, person, id, 'set.zip', file))).json()
  const stage = house.files.stage.bind(house.files)
  house.files.stage = () => Promise.reject(new Error('The disk is gone'))
  await expect(work(jobId)).rejects.toThrow('The disk is gone')
  house.clock.advance(23 * 3600)
  await expect(work(jobId)).rejects.toThrow('The disk is gone')
  expect((await shown(person, id)).status).toBe('processing')
  house.clock.advance(2 * 3600)
  await expect(work(jobId)).rejects.toThrow('The disk is gone')
  house.files.stage = stage
  await house.runJobs()
  const { status, job } = await shown(person, id)
  expect([status, job.status]).toEqual(['failed', 'failed'])
  expect(job.error).toMatch(/tried for a day/)
})

test('a job that somebody is heard of is not given to another, and one that is silent is', async () => {
  const person = await aPerson(house)
  const id = await aDataset(person, 'heard')
  const file = await archiveOf(1, 320)
  const { jobId } = (await ingest(person, id, await uploaded(house, person, id, 'set.zip', file))).json()
  const { pool } = house.cells.get('us-1')
  await pool.query('delete from graphile_worker._private_jobs')
  await pool.query('update dataset_jobs set heard_at = $2, lost_turns = 1 where id = $1', [
    jobId,
    house.clock.now(),
  ])
  await house.runSchedules()
  await house.runJobs()
  expect((await shown(person, id)).status).toBe('processing')
  house.clock.advance(301)
  await house.runSchedules()
  await house.runJobs()
  expect((await shown(person, id)).status).toBe('ready')
})

test('whoever still takes back a job that another has ended takes nothing from the next one', async () => {
  const person = await aPerson(house)
  const id = await aDataset(person, 'taken-back')
  const cell = house.cells.get('us-1')
  const broken = (await archiveOf(1, 400)).subarray(0, -30)
  const { jobId } = (await ingest(person, id, await uploaded(house, person, id, 'set.zip', broken))).json()
  await house.runJobs()
  const [failed] = await cell.db.select().from(datasetJobs).where(eq(datasetJobs.id, jobId))
  const file = await archiveOf(2, 410)
  const next = (await ingest(person, id, await uploaded(house, person, id, 'set.zip', file))).json()
  const { rows } = await cell.pool.query('select revision from dataset_jobs where id = $1', [next.jobId])
  expect(rows[0].revision).toBeGreaterThan(failed!.revision)
  await house.runJobs()
  await expect(takeBack(cell, failed!, house.clock.now())).rejects.toThrow(JobOvertaken)
  expect(await shown(person, id)).toMatchObject({ status: 'ready', imageCount: 2 })
})

test('bytes of a file that is just coming into use are not removed', async () => {
  const person = await aPerson(house)
  const id = await aDataset(person, 'coming')
  await takenIn(house, person, id, 'set.zip', await archiveOf(1, 430))
  const cell = house.cells.get('us-1')
  const { rows } = await cell.pool.query(
    `select image_files.* from image_files join dataset_images on file_id = image_files.id where dataset_id = $1`,
    [id],
  )
  const [file] = rows
  await cell.pool.query('update image_files set digest = null, unused_since = now() where id = $1', [file.id])
  const before = await tracesOf(house, person.userId)
  await cell.db.transaction(async (tx) => {
    await tx
      .update(imageFiles)
      .set({ digest: file.digest, unusedSince: null })
      .where(eq(imageFiles.id, file.id))
    await dropFiles(house, cell, [file.id])
  })
  await dropFiles(house, cell, [file.id])
  expect(await tracesOf(house, person.userId)).toEqual(before)
  await cell.pool.query('update image_files set digest = null, unused_since = now() where id = $1', [file.id])
  const remove = house.files.remove.bind(house.files)
  house.files.remove = () => Promise.reject(new Error('The disk is gone'))
  await expect(dropFiles(house, cell, [file.id])).rejects.toThrow('The disk is gone')
  house.files.remove = remove
  const marked = await cell.pool.query('select is_going from image_files where id = $1', [file.id])
  expect(marked.rows).toEqual([{ is_going: true }])
  await cell.pool.query(
    'update image_files set digest = $2, unused_since = null, is_going = false where id = $1',
    [file.id, file.digest],
  )
})

test('whoever shows a picture while the last other one lets go of it keeps its bytes', async () => {
  const [giver, taker] = [await aPerson(house), await aPerson(house)]
  const picture = await aPicture(500)
  const file = zipOf([{ name: 'images/a.png', bytes: picture }])
  for (let time = 0; time < 6; time++) {
    const given = await aDataset(giver, `given-${time}`)
    await takenIn(house, giver, given, 'set.zip', file)
    const taken = await aDataset(taker, `taken-${time}`)
    const sessionId = await uploaded(house, taker, taken, 'set.zip', file)
    const { jobId } = (await ingest(taker, taken, sessionId)).json()
    await giver.call('DELETE', `/api/datasets/${given}`)
    await giver.call('DELETE', '/api/trash', { id: given, type: 'dataset' })
    const purge = () => house.app.jobs['purge-trash']!({ cellId: 'us-1', workspaceId: giver.userId })
    await Promise.allSettled([purge(), work(jobId)])
    await house.runJobs()
    await work(jobId)
    expect(await shown(taker, taken)).toMatchObject({ status: 'ready', imageCount: 1 })
    const { images } = (await taker.call('GET', `/api/datasets/${taken}/images`)).json()
    const { pathname, search } = new URL(images[0].url)
    expect((await house.http.inject(pathname + search)).rawPayload.equals(picture)).toBe(true)
    await taker.call('DELETE', `/api/datasets/${taken}`)
    await taker.call('DELETE', '/api/trash', { id: taken, type: 'dataset' })
    await house.runJobs()
  }
})
