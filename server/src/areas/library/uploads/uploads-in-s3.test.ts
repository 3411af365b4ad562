import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson, type KeyHolder, type Person } from '../../../../test/people.ts'
import { type S3Server, startS3Server } from '../../../../test/s3-server.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { anEmptyDataset, begin, complete, sendPart } from '../../../../test/uploads.ts'
import { s3Files } from '../../../ports/s3-files.ts'
import { uploads } from '../table.ts'
import { readUpload } from './read-upload.ts'

/* The same way through a house whose files are in an object store. */

const secrets = { keyId: 'AKIDEXAMPLE', secret: 'a secret of the store', region: 'eu-test-1' }
const partBytes = 16 * 2 ** 20

let store: S3Server
let house: TestHouse
let person: Person
let holder: KeyHolder

beforeAll(async () => {
  store = await startS3Server(secrets, ['files-us'])
  house = await startTestHouse()
  const us = { endpoint: store.endpoint, bucket: 'files-us', region: secrets.region }
  Object.assign(
    house.files,
    s3Files({ buckets: { us }, accessKeyId: secrets.keyId, secretAccessKey: secrets.secret }),
  )
  person = await aPerson(house)
  holder = await aKey(house, person)
})
afterAll(async () => {
  await house.stop()
  await store.stop()
})

const bucket = () => store.buckets.get('files-us')
const keysOf = (path: string) => [...(bucket()?.objects.keys() ?? [])].filter((key) => key.startsWith(path))

test('a file in parts is sealed in its bucket, read from there in ranges, and gone from it when it is given up', async () => {
  const file = randomBytes(partBytes + 300_000)
  const datasetId = await anEmptyDataset(house, person.userId)
  const session = (await begin(holder.call, datasetId, file.length)).json()
  for (const number of [1, 0]) expect((await sendPart(house, session, file, number)).statusCode).toBe(200)
  const checksum = createHash('sha256').update(file).digest('hex')
  expect((await complete(holder, session.sessionId, checksum)).statusCode).toBe(200)
  expect(keysOf(session.objectPath)).toHaveLength(2)
  const stored = Buffer.concat([...(bucket()?.objects.values() ?? [])])
  expect(stored.includes(file.subarray(0, 64))).toBe(false)
  const cell = house.cells.get('us-1')
  const [row] = await cell.db.select().from(uploads).where(eq(uploads.id, session.sessionId))
  if (!row) throw new Error('The upload is gone')
  const [start, end] = [partBytes - 1000, partBytes + 70_000]
  const some = await buffer(await readUpload(house, cell, row, { start, end }))
  expect(some.equals(file.subarray(start, end))).toBe(true)

  const other = (await begin(holder.call, datasetId, file.length)).json()
  await sendPart(house, other, file, 0)
  await holder.call('DELETE', `/api/upload/${other.sessionId}`)
  await house.runJobs()
  expect(keysOf(other.objectPath)).toEqual([])
  expect(bucket()?.multiparts.size).toBe(0)
})

test('a store that is away for long leaves neither a part nor a row, and the part goes through when it is back', async () => {
  const file = randomBytes(1000)
  const session = (await begin(holder.call, await anEmptyDataset(house, person.userId), 1000)).json()
  store.failNext('PUT', 503, 4)
  expect((await sendPart(house, session, file, 0)).statusCode).toBe(500)
  expect((await holder.call('GET', `/api/upload/${session.sessionId}`)).json().received).toEqual([])
  expect((await sendPart(house, session, file, 0)).statusCode).toBe(200)
})
