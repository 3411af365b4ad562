import { createHash, randomBytes } from 'node:crypto'
import { copyFile, rename } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { aKey, aPerson, aRun, type KeyHolder, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import {
  anEmptyDataset,
  type Begun,
  begin,
  complete,
  send,
  sendPart,
  storedUnder,
} from '../../../../test/uploads.ts'
import { workspaces } from '../../workspaces/table.ts'
import { datasets, models, type UploadRow, uploadParts, uploads } from '../table.ts'
import { readUpload } from './read-upload.ts'
import { sweepUploads } from './sweep-uploads.ts'

/* An upload from its beginning to what it is for. */

const MiB = 2 ** 20
const GiB = 2 ** 30
const partBytes = 16 * MiB

let house: TestHouse
let person: Person
let holder: KeyHolder
let datasetId: string
/** Three parts, the last one shorter. */
const file = randomBytes(2 * partBytes + 100_000)

beforeAll(async () => {
  house = await startTestHouse()
  person = await aPerson(house)
  holder = await aKey(house, person)
  datasetId = await anEmptyDataset(house, person.userId)
})
afterAll(() => house.stop())

const cell = () => house.cells.get('us-1')
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const begun = async (totalBytes = file.length, more: Record<string, unknown> = {}): Promise<Begun> =>
  (await begin(holder.call, datasetId, totalBytes, more)).json()
const rowOf = async (sessionId: string): Promise<UploadRow | undefined> =>
  (await cell().db.select().from(uploads).where(eq(uploads.id, sessionId)))[0]
const storedBytes = async (): Promise<number> => {
  const [row] = await cell().db.select().from(workspaces).where(eq(workspaces.id, person.userId))
  return row?.storageBytes ?? 0
}
const read = async (sessionId: string, range?: { start: number; end: number }): Promise<Buffer> => {
  const row = await rowOf(sessionId)
  if (!row) throw new Error('The upload is gone')
  return buffer(await readUpload(house, cell(), row, range))
}
const progress = async (sessionId: string) => (await holder.call('GET', `/api/upload/${sessionId}`)).json()
const sendAll = async (session: Begun, bytes = file): Promise<void> => {
  for (let number = 0; number * partBytes < bytes.length; number++)
    expect((await sendPart(house, session, bytes, number)).statusCode).toBe(200)
}

describe('an upload', () => {
  test('in parts, in any order, is one file, counted and told of once it is complete', async () => {
    const before = await storedBytes()
    const session = await begun()
    expect(session.partBytes).toBe(partBytes)
    for (const number of [2, 0]) await sendPart(house, session, file, number)
    expect(await progress(session.sessionId)).toMatchObject({
      state: 'pending',
      totalBytes: file.length,
      partCount: 3,
      received: [
        { from: 0, to: 0 },
        { from: 2, to: 2 },
      ],
      receivedBytes: partBytes + 100_000,
    })
    expect((await complete(holder, session.sessionId)).json().reason).toBe('upload_incomplete')
    await sendPart(house, session, file, 1)
    expect(await storedBytes()).toBe(before)

    const done = await complete(holder, session.sessionId, sha256(file))
    expect(done.json()).toEqual({
      success: true,
      file: { size: file.length, contentType: 'application/zip' },
    })
    expect(await storedBytes()).toBe(before + file.length)
    expect((await read(session.sessionId)).equals(file)).toBe(true)
    const { events } = (await person.call('GET', '/api/activity')).json()
    expect(events[0]).toMatchObject({
      resourceType: 'dataset',
      action: 'uploaded',
      resourceId: datasetId,
      metadata: { file: 'set.zip', sizeBytes: file.length },
    })
  })

  test('goes on after a pause with an address of its own time', async () => {
    const session = await begun()
    await sendPart(house, session, file, 0)
    house.clock.advance(2 * 3600)
    expect((await sendPart(house, session, file, 1)).json().reason).toBe('signature_invalid')
    const { uploadUrl, received } = await progress(session.sessionId)
    expect(received).toEqual([{ from: 0, to: 0 }])
    for (const number of [1, 2]) await sendPart(house, { ...session, uploadUrl }, file, number)
    expect((await complete(holder, session.sessionId, sha256(file))).statusCode).toBe(200)
  })

  test('tells by its signed address too which parts are there', async () => {
    const session = await begun()
    const { pathname, search } = new URL(session.uploadUrl)
    const ask = (method: 'GET' | 'HEAD') => house.http.inject({ method, url: pathname + search })
    expect((await ask('HEAD')).headers).toMatchObject({
      'upload-offset': '0',
      'upload-length': String(file.length),
    })
    for (const number of [0, 2]) await sendPart(house, session, file, number)
    expect((await ask('HEAD')).headers['upload-offset']).toBe(String(partBytes))
    expect((await ask('GET')).json()).toMatchObject({
      received: [
        { from: 0, to: 0 },
        { from: 2, to: 2 },
      ],
      uploadUrl: session.uploadUrl,
    })
    expect((await house.http.inject(pathname)).json().reason).toBe('signature_invalid')
  })

  test('may come whole, and then parts and the whole stand in for each other', async () => {
    const session = await begun()
    await sendPart(house, session, randomBytes(file.length), 1)
    expect((await send(house, session.uploadUrl, file)).statusCode).toBe(200)
    expect(await progress(session.sessionId)).toMatchObject({
      received: [{ from: 0, to: 2 }],
      receivedBytes: file.length,
    })
    await sendPart(house, session, file, 1)
    expect(await progress(session.sessionId)).toMatchObject({ received: [{ from: 1, to: 1 }] })
    await send(house, session.uploadUrl, file)
    expect((await complete(holder, session.sessionId, sha256(file))).statusCode).toBe(200)
    await house.runJobs()
    expect(await storedUnder(house, session.objectPath)).toHaveLength(1)
    expect((await read(session.sessionId)).equals(file)).toBe(true)
  })

  test('that waits in a dataset counts as part of it, and goes with it', async () => {
    const id = await anEmptyDataset(house, person.userId)
    const session: Begun = (await begin(holder.call, id, 1000)).json()
    await send(house, session.uploadUrl, randomBytes(1000))
    await complete(holder, session.sessionId)
    const before = await storedBytes()
    const recalculated = await person.call('POST', '/api/storage/recalculate')
    expect(recalculated.json()).toEqual({ success: true, storageBytes: before, correctedBytes: 0 })
    expect((await person.call('DELETE', `/api/datasets/${id}`)).statusCode).toBe(200)
    expect(await storedUnder(house, session.objectPath)).toHaveLength(1)
    expect((await person.call('DELETE', '/api/trash', { id, type: 'dataset' })).statusCode).toBe(200)
    await house.runJobs()
    expect(await rowOf(session.sessionId)).toBeUndefined()
    expect(await storedUnder(house, session.objectPath)).toEqual([])
    expect(await storedBytes()).toBe(before - 1000)
  })

  test('of a model becomes its weights, which are served in ranges', async () => {
    const { modelId } = await aRun(holder, { project: 'by-hand' })
    const reply = await begin(holder.call, modelId, file.length, {
      assetType: 'models',
      filename: 'a/best model.pt',
    })
    const session = reply.json()
    await sendAll(session)
    expect((await complete(holder, session.sessionId, sha256(file))).statusCode).toBe(200)
    const { model } = (await person.call('GET', `/api/models/${modelId}`)).json()
    expect(model.weights).toMatchObject({ sizeBytes: file.length, final: true })
    const { files } = (await person.call('GET', `/api/models/${modelId}/files`)).json()
    const get = (range: string, url = files[0].downloadUrl) => {
      const { pathname, search } = new URL(url)
      return house.http.inject({ url: pathname + search, headers: range ? { range } : {} })
    }
    expect((await get('')).rawPayload.equals(file)).toBe(true)
    expect((await get('', reply.json().downloadUrl)).rawPayload.equals(file)).toBe(true)
    const [start, end] = [partBytes - 70_000, partBytes + 70_000]
    const some = await get(`bytes=${start}-${end - 1}`)
    expect(some.statusCode).toBe(206)
    expect(some.headers['content-range']).toBe(`bytes ${start}-${end - 1}/${file.length}`)
    expect(some.rawPayload.equals(file.subarray(start, end))).toBe(true)
    const none = await get(`bytes=${file.length}-`)
    expect([none.statusCode, none.json().reason]).toEqual([416, 'range_not_satisfiable'])
  })

  test('is read in any range, across parts and segments', async () => {
    const session = await begun()
    await sendAll(session)
    await complete(holder, session.sessionId)
    const ranges = [
      [0, 1],
      [65_535, 65_537],
      [65_536, 131_072],
      [partBytes - 1, partBytes],
      [partBytes - 1, partBytes + 1],
      [partBytes, partBytes + 70_000],
      [partBytes - 70_000, 2 * partBytes + 1],
      [2 * partBytes, file.length],
      [file.length - 1, file.length],
    ] as const
    for (const [start, end] of ranges)
      expect(
        (await read(session.sessionId, { start, end })).equals(file.subarray(start, end)),
        `${start}-${end}`,
      ).toBe(true)
  })
})

describe('what an upload is refused for', () => {
  test.each([
    ['a file that the plan does not take', 10 * GiB + 1, {}, 403, 'file_limit_exceeded'],
    ['a dataset file of no known form', 10, { filename: 'set.rar' }, 400, 'invalid_request'],
    [
      'an image that is too large',
      50 * MiB + 1,
      { assetType: 'images', filename: 'a.jpg' },
      403,
      'file_limit_exceeded',
    ],
    [
      'a video that is too large',
      GiB + 1,
      { assetType: 'videos', filename: 'a.mp4' },
      403,
      'file_limit_exceeded',
    ],
    ['a dataset that is nobody’s', 10, { assetId: 'f'.repeat(24) }, 404, 'dataset_not_found'],
    [
      'a model that is nobody’s',
      10,
      { assetType: 'models', assetId: 'f'.repeat(24) },
      404,
      'model_not_found',
    ],
  ])('%s', async (_name, totalBytes, more, status, reason) => {
    const reply = await begin(holder.call, datasetId, totalBytes, more)
    expect([reply.statusCode, reply.json().reason]).toEqual([status, reason])
  })

  test('a limit names itself and the plan that allows more', async () => {
    const { error, needs } = (await begin(holder.call, datasetId, 10 * GiB + 1)).json()
    expect(error).toBe('A dataset file may have at most 10 GB')
    expect(needs).toEqual({ plan: 'pro' })
  })

  test('a key without the scope for what the file is for', async () => {
    const forModels = await aKey(house, person, { scopes: ['models'] })
    const reply = await begin(forModels.call, datasetId, 10)
    expect([reply.statusCode, reply.json().reason]).toEqual([403, 'scope_missing'])
  })

  test.each([
    ['a part that is none', { 'content-range': 'bytes 1-10/100' }],
    ['another size than was announced', { 'content-range': 'bytes 0-9/10' }],
    ['fewer bytes than the part has', { 'content-range': `bytes 0-${partBytes - 1}/${file.length}` }],
    ['fewer bytes than the file has', {}],
  ])('%s, and nothing of it is kept', async (_name, headers) => {
    const session = await begun()
    const reply = await send(house, session.uploadUrl, randomBytes(10), headers)
    expect([reply.statusCode, reply.json().reason]).toEqual([400, 'invalid_request'])
    expect(await storedUnder(house, session.objectPath)).toEqual([])
    expect(await progress(session.sessionId)).toMatchObject({ received: [] })
  })

  test('a checksum that is another, until the part that was wrong has come again', async () => {
    const session = await begun()
    const wrong = Buffer.from(file)
    wrong.writeUInt8((wrong.readUInt8(partBytes + 5) + 1) % 256, partBytes + 5)
    await sendAll(session, wrong)
    const reply = await complete(holder, session.sessionId, sha256(file))
    expect([reply.statusCode, reply.json().reason]).toEqual([409, 'checksum_mismatch'])
    expect((await rowOf(session.sessionId))?.state).toBe('pending')
    await sendPart(house, session, file, 1)
    expect((await complete(holder, session.sessionId, sha256(file).toUpperCase())).statusCode).toBe(200)
    await house.runJobs()
    expect(await storedUnder(house, session.objectPath)).toHaveLength(3)
  })

  test('a session that has ended, which is swept with its parts and no longer reserves room', async () => {
    const session = await begun()
    await sendPart(house, session, file, 0)
    house.clock.advance(24 * 3600)
    const { uploadUrl } = await progress(session.sessionId)
    expect((await sendPart(house, { ...session, uploadUrl }, file, 1)).json().reason).toBe('upload_expired')
    for (const number of [1, 2])
      expect((await sendPart(house, { ...session, uploadUrl }, file, number)).statusCode).toBe(410)
    house.clock.advance(2 * 3600)
    expect(await storedUnder(house, session.objectPath)).toHaveLength(1)
    await house.runSchedules()
    expect(await storedUnder(house, session.objectPath)).toEqual([])
    expect(await rowOf(session.sessionId)).toBeUndefined()
    expect(
      await cell().db.select().from(uploadParts).where(eq(uploadParts.uploadId, session.sessionId)),
    ).toEqual([])
    expect((await holder.call('GET', `/api/upload/${session.sessionId}`)).json().reason).toBe(
      'upload_not_found',
    )
  })

  test('a dataset that went to the trash meanwhile', async () => {
    const id = await anEmptyDataset(house, person.userId)
    const session = (await begin(holder.call, id, 10)).json()
    await send(house, session.uploadUrl, randomBytes(10))
    await cell().db.update(datasets).set({ trashedAt: house.clock.now() }).where(eq(datasets.id, id))
    expect((await complete(holder, session.sessionId)).json().reason).toBe('upload_not_found')
    expect((await rowOf(session.sessionId))?.state).toBe('pending')
  })

  test('a part after the end', async () => {
    const session = await begun(10)
    await send(house, session.uploadUrl, randomBytes(10))
    await complete(holder, session.sessionId)
    expect((await send(house, session.uploadUrl, randomBytes(10))).json().reason).toBe('upload_completed')
  })
})

test('an upload that is given up leaves nothing, and a complete one stays', async () => {
  const session = await begun()
  await sendPart(house, session, file, 0)
  expect((await holder.call('DELETE', `/api/upload/${session.sessionId}`)).json()).toEqual({ success: true })
  await house.runJobs()
  expect(await storedUnder(house, session.objectPath)).toEqual([])
  expect((await sendPart(house, session, file, 1)).json().reason).toBe('upload_not_found')
  const kept = await begun(10)
  await send(house, kept.uploadUrl, randomBytes(10))
  await complete(holder, kept.sessionId)
  await holder.call('DELETE', `/api/upload/${kept.sessionId}`)
  expect((await rowOf(kept.sessionId))?.state).toBe('stored')
})

test('a part that a store swapped with another, or with an earlier arrival, does not open', async () => {
  const session = await begun()
  await sendAll(session)
  await complete(holder, session.sessionId)
  const folder = `${house.filesDir}/us/${session.objectPath}`
  const [first = '', second = ''] = await storedUnder(house, session.objectPath)
  await copyFile(`${folder}/${first}`, `${folder}/aside`)
  await rename(`${folder}/${second}`, `${folder}/${first}`)
  await rename(`${folder}/aside`, `${folder}/${second}`)
  await expect(read(session.sessionId)).rejects.toThrow()
})

describe('a link to weights', () => {
  test('is told by HEAD without a byte being read, and leads nowhere once model or workspace are gone', async () => {
    const { modelId } = await aRun(holder, { project: 'linked' })
    const reply = await begin(holder.call, modelId, 1000, { assetType: 'models', filename: 'best.pt' })
    const { sessionId, uploadUrl, downloadUrl } = reply.json()
    await send(house, uploadUrl, randomBytes(1000))
    await complete(holder, sessionId)
    const { pathname, search } = new URL(downloadUrl)
    const url = pathname + search
    const reading = vi.spyOn(house.files, 'read')
    const head = await house.http.inject({ method: 'HEAD', url })
    expect([head.statusCode, head.headers['content-length'], reading.mock.calls]).toEqual([200, '1000', []])
    reading.mockRestore()
    expect((await house.http.inject({ url })).rawPayload).toHaveLength(1000)
    const setDeleted = (deletedAt: Date | null) =>
      cell().db.update(workspaces).set({ deletedAt }).where(eq(workspaces.id, person.userId))
    await setDeleted(house.clock.now())
    expect((await house.http.inject({ url })).statusCode).toBe(404)
    await setDeleted(null)
    await cell().db.update(models).set({ trashedAt: house.clock.now() }).where(eq(models.id, modelId))
    expect((await house.http.inject({ url })).json().reason).toBe('upload_not_found')
  })
})

describe('weights that a training client sends', () => {
  const sendWeights = async (modelId: string, bytes: number) => {
    const asked = await holder.call('POST', '/api/webhooks/models/upload', { modelId, filename: 'best.pt' })
    const { uploadUrl } = asked.json()
    return { send: () => send(house, uploadUrl, randomBytes(bytes)) }
  }
  const setStored = (bytes: number) =>
    cell().db.update(workspaces).set({ storageBytes: bytes }).where(eq(workspaces.id, person.userId))

  test('take the room of those they replace', async () => {
    const { modelId } = await aRun(holder, { project: 'full' })
    expect((await (await sendWeights(modelId, 1000)).send()).statusCode).toBe(200)
    const before = await storedBytes()
    await setStored(100 * GiB)
    expect((await (await sendWeights(modelId, 1001)).send()).json().reason).toBe('storage_limit_exceeded')
    expect((await (await sendWeights(modelId, 1000)).send()).statusCode).toBe(200)
    expect(await storedBytes()).toBe(100 * GiB)
    await setStored(before)
  })

  test('later than newer ones are not kept, not counted and not told of', async () => {
    const { modelId } = await aRun(holder, { project: 'late' })
    const late = await sendWeights(modelId, 700)
    house.clock.advance(1)
    await (await sendWeights(modelId, 500)).send()
    const before = await storedBytes()
    expect((await late.send()).statusCode).toBe(200)
    expect(await storedBytes()).toBe(before)
    const { rows } = await cell().pool.query(
      "select count(*)::int as n from activity_events where resource_id = $1 and action = 'uploaded'",
      [modelId],
    )
    expect(rows[0].n).toBe(1)
  })
})

test('an upload whose file the store cannot remove keeps no other from being swept', async () => {
  const sessions = [await begun(10), await begun(10)]
  const left = async () =>
    (await Promise.all(sessions.map(({ sessionId }) => rowOf(sessionId)))).filter(Boolean)
  house.clock.advance(26 * 3600)
  const remove = house.files.remove.bind(house.files)
  const removing = vi.spyOn(house.files, 'remove').mockImplementation(async (region, key) => {
    if (key === sessions[0]?.objectPath) throw new Error('The store is away')
    return remove(region, key)
  })
  await expect(sweepUploads(house, house.clock.now())).rejects.toThrow('The store is away')
  removing.mockRestore()
  expect(await left()).toHaveLength(1)
  await sweepUploads(house, house.clock.now())
  expect(await left()).toEqual([])
})
