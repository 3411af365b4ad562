import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inPieces, sendRaw } from '../../../test/client-socket.ts'
import { aKey, aPerson, aRun, type KeyHolder, type Person, sendEvent } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { projects } from '../library/table.ts'

/* What comes late, twice, from an older run, or far too large. */

let house: TestHouse
let person: Person
let holder: KeyHolder

beforeAll(async () => {
  house = await startTestHouse()
  await house.listen()
  person = await aPerson(house)
  holder = await aKey(house, person)
})
afterAll(() => house.stop())

const modelOf = async (modelId: string) => (await person.call('GET', `/api/models/${modelId}`)).json().model
const openUpload = async (modelId: string): Promise<{ uploadUrl: string; gcsPath: string }> =>
  (await holder.call('POST', '/api/webhooks/models/upload', { modelId, filename: 'w.pt' })).json()
const put = (url: string, bytes: Buffer) =>
  sendRaw({
    method: 'PUT',
    url,
    headers: { 'Content-Length': String(bytes.length) },
    pieces: inPieces(bytes),
  })
const upload = async (modelId: string, text: string): Promise<string> => {
  const { uploadUrl, gcsPath } = await openUpload(modelId)
  expect((await put(uploadUrl, Buffer.from(text))).status).toBe(200)
  house.clock.advance(1)
  return gcsPath
}
const download = async (modelId: string): Promise<string> => {
  const { files } = (await person.call('GET', `/api/models/${modelId}/files`)).json()
  const url = new URL(files[0].downloadUrl)
  return (await house.http.inject(url.pathname + url.search)).body
}

test('a checkpoint reported after the end leaves the weights final', async () => {
  const { modelId } = await aRun(holder, { project: 'late-checkpoint' })
  const modelPath = await upload(modelId, 'best')
  await sendEvent(holder, 'training_complete', { modelId, data: { results: { modelPath } } })
  expect((await sendEvent(holder, 'checkpoint_saved', { modelId, data: { modelPath } })).statusCode).toBe(200)
  expect((await modelOf(modelId)).weights).toMatchObject({ final: true, sizeBytes: 4 })
})

test('a checkpoint that a later one has replaced counts as saved, and its bytes are gone from disk and storage', async () => {
  const { modelId } = await aRun(holder, { project: 'replaced' })
  const older = await upload(modelId, 'older weights')
  await upload(modelId, 'newer')
  const reply = await sendEvent(holder, 'checkpoint_saved', { modelId, data: { modelPath: older } })
  expect(reply.statusCode).toBe(200)
  expect(await download(modelId)).toBe('newer')
  await house.runJobs()
  const names = await readdir(house.filesDir, { recursive: true })
  expect(names.some((name) => name.includes(older.split('/')[1] ?? '?'))).toBe(false)
})

test('an older run that speaks late leaves a model alone that a newer run has completed', async () => {
  const first = await aRun(holder, { project: 'two-runs' })
  house.clock.advance(5 * 3600)
  await house.runSchedules()
  const { modelId } = first
  const second = (await sendEvent(holder, 'training_started', { modelId, data: { epochs: 1 } })).json()
  expect(second.runId).not.toBe(first.runId)
  await sendEvent(holder, 'training_complete', {
    modelId,
    data: { runId: second.runId, results: { bestFitness: 0.9 } },
  })
  const late = { runId: first.runId, epoch: 0, metrics: { old: 1 }, best_fitness: 0.1 }
  expect((await sendEvent(holder, 'epoch_end', { modelId, data: late })).json().runId).toBe(first.runId)
  expect(await modelOf(modelId)).toMatchObject({ status: 'completed', bestFitness: 0.9 })
})

test('results that come after a cancelled run fell silent are kept, and told of once', async () => {
  const { modelId } = await aRun(holder, { project: 'silent-cancel' })
  await person.call('DELETE', `/api/models/${modelId}/training`)
  house.clock.advance(5 * 3600)
  await house.runSchedules()
  expect((await modelOf(modelId)).status).toBe('cancelled')
  await sendEvent(holder, 'training_complete', {
    modelId,
    data: { results: { bestFitness: 0.4, metrics: { a: 1 } } },
  })
  expect(await modelOf(modelId)).toMatchObject({ status: 'cancelled', bestFitness: 0.4, metrics: { a: 1 } })
  const { events } = (await person.call('GET', '/api/activity?limit=100')).json()
  const told = events.filter(
    (event: Record<string, string>) => event.resourceId === modelId && event.action === 'cancelled',
  )
  expect(told).toHaveLength(1)
})

test('a client of the older generation finds its run in the project that stands in for a trashed one', async () => {
  await aRun(holder, { project: 'gone' })
  await house.cells
    .get('us-1')
    .db.update(projects)
    .set({ trashedAt: house.clock.now() })
    .where(eq(projects.slug, 'gone'))
  const run = await aRun(holder, { project: 'gone', name: 'again' })
  const reply = await sendEvent(holder, 'epoch_end', {
    project: 'gone',
    name: 'again',
    data: { epoch: 0, metrics: {} },
  })
  expect(reply.json().runId).toBe(run.runId)
})

test('a megabyte in the place of a dataset name is taken in, and links nothing', async () => {
  // A pattern that tried every place in it would keep the whole process busy for minutes.
  const data = { trainArgs: { data: 'a'.repeat(1_000_000) } }
  expect((await sendEvent(holder, 'training_started', { project: 'long-data', data })).statusCode).toBe(200)
})

test('of an epoch only the leading 16 KiB of metrics are kept, so that nobody fills the house through the gate', async () => {
  const { modelId } = await aRun(holder, { project: 'large' })
  const metrics = Object.fromEntries(
    Array.from({ length: 5000 }, (_, index) => [`metric-${index}`, 'x'.repeat(1000)]),
  )
  const data = { epoch: 0, metrics, system: metrics, fitness: '', best_fitness: '' }
  expect((await sendEvent(holder, 'epoch_end', { modelId, data })).statusCode).toBe(200)
  const reply = await person.call('GET', `/api/models/${modelId}/training`)
  expect(reply.body.length).toBeLessThan(64 * 1024)
  expect(reply.json().job.epochMetrics[0].metrics['metric-0']).toBe('x'.repeat(1000))
})

test('of thirty tries at one upload address one is taken in, and nothing of the others stays', async () => {
  const { modelId } = await aRun(holder, { project: 'thirty' })
  const { uploadUrl } = await openUpload(modelId)
  const bytes = Buffer.alloc(2_000_000, 1)
  const replies = await Promise.allSettled(Array.from({ length: 30 }, () => put(uploadUrl, bytes)))
  const taken = replies.filter((reply) => reply.status === 'fulfilled' && reply.value.status === 200)
  expect(taken).toHaveLength(1)
  await expect.poll(async () => readdir(`${house.filesDir}/incoming`)).toEqual([])
})

test('uploads and restarts of one model at once never stand in each other’s way', async () => {
  const { modelId } = await aRun(holder, { project: 'at-once' })
  const upAndDown = async (): Promise<number[]> => {
    const { uploadUrl, gcsPath } = await openUpload(modelId)
    const stored = await put(uploadUrl, Buffer.from('weights'))
    const events = await Promise.all([
      sendEvent(holder, 'training_complete', { modelId, data: { results: { modelPath: gcsPath } } }),
      sendEvent(holder, 'checkpoint_saved', { modelId, data: { modelPath: gcsPath } }),
      sendEvent(holder, 'training_started', { modelId, data: {} }),
      sendEvent(holder, 'epoch_end', { modelId, data: { epoch: 0, metrics: {} } }),
    ])
    return [stored.status, ...events.map((event) => event.statusCode)]
  }
  const statuses = (await Promise.all(Array.from({ length: 25 }, upAndDown))).flat()
  expect(statuses.filter((status) => status >= 500)).toEqual([])
})

test('a reader who leaves in the middle of a download leaves no file open', async () => {
  const { modelId } = await aRun(holder, { project: 'leaves' })
  const { uploadUrl } = await openUpload(modelId)
  await put(uploadUrl, Buffer.alloc(8_000_000, 1))
  const { files } = (await person.call('GET', `/api/models/${modelId}/files`)).json()
  const openFiles = async () => {
    const { readlink } = await import('node:fs/promises')
    const links = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    )
    return links.filter((link) => link.startsWith(house.filesDir)).length
  }
  const url = new URL(files[0].downloadUrl)
  const leaveEarly = () =>
    new Promise<void>((done) => {
      const asked = request(
        { host: '127.0.0.1', port: url.port, path: url.pathname + url.search },
        (reply) => {
          reply.once('data', () => {
            asked.destroy()
            done()
          })
        },
      )
      asked.end()
    })
  await Promise.all(Array.from({ length: 10 }, leaveEarly))
  await expect.poll(openFiles, { timeout: 5000 }).toBe(0)
})
