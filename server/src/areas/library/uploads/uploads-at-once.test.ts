import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aPerson, type Person } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
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
import type { StagedFile } from '../../../ports/files.ts'
import { activityEvents } from '../../activity/table.ts'
import { memberships, workspaces } from '../../workspaces/table.ts'
import { uploads } from '../table.ts'
import { readUpload } from './read-upload.ts'

/* What happens to uploads at the same time, in the wrong moment, or half. */

const MiB = 2 ** 20
const GiB = 2 ** 30
const partBytes = 16 * MiB

let house: TestHouse
let person: Person
let datasetId: string
let origin: string
const file = randomBytes(partBytes + 1000)

beforeAll(async () => {
  house = await startTestHouse()
  origin = await house.listen()
  person = await aPerson(house)
  datasetId = await anEmptyDataset(house, person.userId)
})
afterAll(() => house.stop())

const cell = () => house.cells.get('us-1')
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const begun = async (totalBytes = file.length): Promise<Begun> =>
  (await begin(person.call, datasetId, totalBytes)).json()
const storedBytes = async (): Promise<number> => {
  const [row] = await cell().db.select().from(workspaces).where(eq(workspaces.id, person.userId))
  return row?.storageBytes ?? 0
}
const received = async (sessionId: string) =>
  (await person.call('GET', `/api/upload/${sessionId}`)).json().received
const told = () => cell().db.$count(activityEvents, eq(activityEvents.resourceId, datasetId))
const incoming = () => readdir(`${house.filesDir}/incoming`).catch(() => [])
const bytesOf = async (sessionId: string): Promise<Buffer> => {
  const [row] = await cell().db.select().from(uploads).where(eq(uploads.id, sessionId))
  if (!row) throw new Error('The upload is gone')
  return buffer(await readUpload(house, cell(), row))
}

test('of one part that several send at once one stays, and what the others sent is gone', async () => {
  const session = await begun()
  // Whoever comes later has the earlier ones broken off.
  const replies = await Promise.allSettled(Array.from({ length: 5 }, () => sendPart(house, session, file, 1)))
  const taken = replies.filter((reply) => reply.status === 'fulfilled' && reply.value.statusCode === 200)
  expect(taken.length).toBeGreaterThan(0)
  await sendPart(house, session, file, 0)
  expect((await complete(person, session.sessionId, sha256(file))).statusCode).toBe(200)
  await house.runJobs()
  expect(await storedUnder(house, session.objectPath)).toHaveLength(2)
  expect(await incoming()).toEqual([])
})

test('completed several times at once it is counted and told of once, and each is told so', async () => {
  const session = await begun()
  for (const number of [0, 1]) await sendPart(house, session, file, number)
  const [before, toldBefore] = [await storedBytes(), await told()]
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      complete(person, session.sessionId, n % 2 ? sha256(file) : undefined),
    ),
  )
  expect(replies.map(({ statusCode }) => statusCode)).toEqual(Array(6).fill(200))
  expect((await complete(person, session.sessionId)).json().file.size).toBe(file.length)
  expect(await storedBytes()).toBe(before + file.length)
  expect(await told()).toBe(toldBefore + 1)
})

test('a part that arrives while it is completed is in the file that was checked, or refused', async () => {
  const session = await begun()
  for (const number of [0, 1]) await sendPart(house, session, file, number)
  const other = randomBytes(file.length)
  const [completed, late] = await Promise.allSettled([
    complete(person, session.sessionId, sha256(file)),
    sendPart(house, session, other, 1),
  ])
  const [done, answered] = [completed, late].map((reply) =>
    reply.status === 'fulfilled' ? reply.value : undefined,
  )
  expect([undefined, 200, 409]).toContain(answered?.statusCode)
  if (done?.statusCode === 200) expect((await bytesOf(session.sessionId)).equals(file)).toBe(true)
  else expect(['upload_incomplete', 'checksum_mismatch']).toContain(done?.json().reason)
})

describe('room', () => {
  const takeUp = (bytes: number) =>
    cell().db.update(workspaces).set({ storageBytes: bytes }).where(eq(workspaces.id, person.userId))

  test('for three is given to three of ten that begin at once, and given back by what is given up', async () => {
    const real = await storedBytes()
    await cell()
      .db.delete(uploads)
      .where(and(eq(uploads.workspaceId, person.userId), eq(uploads.state, 'pending')))
    await takeUp(100 * GiB - 3 * MiB)
    const replies = await Promise.all(Array.from({ length: 10 }, () => begin(person.call, datasetId, MiB)))
    const [first] = replies.filter(({ statusCode }) => statusCode === 200)
    expect(replies.filter(({ statusCode }) => statusCode === 200)).toHaveLength(3)
    for (const reply of replies.filter(({ statusCode }) => statusCode !== 200))
      expect(reply.json()).toMatchObject({ reason: 'storage_limit_exceeded', needs: { plan: 'pro' } })
    await person.call('DELETE', `/api/upload/${first?.json().sessionId}`)
    expect((await begin(person.call, datasetId, MiB)).statusCode).toBe(200)
    await takeUp(real)
  })

  test('that others have taken since is not there for the next part, nor for the end', async () => {
    const real = await storedBytes()
    const session = await begun()
    await sendPart(house, session, file, 0)
    await takeUp(100 * GiB - 1000)
    expect((await sendPart(house, session, file, 1)).json().reason).toBe('storage_limit_exceeded')
    await takeUp(real)
    await sendPart(house, session, file, 1)
    await takeUp(100 * GiB - 1000)
    expect((await complete(person, session.sessionId)).json().reason).toBe('storage_limit_exceeded')
    await takeUp(real)
    expect((await complete(person, session.sessionId)).statusCode).toBe(200)
  })
})

describe('a crash', () => {
  /** Every file that is staged while `work` lasts is published as `publish` says. */
  const publishing = async (publish: (staged: StagedFile) => Promise<void>, work: () => Promise<void>) => {
    const { stage } = house.files
    house.files.stage = async (...args) => {
      const staged = await stage(...args)
      return { ...staged, publish: () => publish(staged) }
    }
    await work().finally(() => {
      house.files.stage = stage
    })
  }

  test('between a part and its row leaves a part to send again, and no file once the upload is gone', async () => {
    const session = await begun()
    await publishing(
      async (staged) => {
        await staged.publish()
        throw new Error('killed')
      },
      async () => {
        expect((await sendPart(house, session, file, 0)).statusCode).toBe(500)
      },
    )
    expect(await received(session.sessionId)).toEqual([])
    expect(await storedUnder(house, session.objectPath)).toHaveLength(1)
    for (const number of [0, 1]) await sendPart(house, session, file, number)
    expect((await bytesOf(session.sessionId)).equals(file)).toBe(true)
    await person.call('DELETE', `/api/upload/${session.sessionId}`)
    await house.runJobs()
    expect(await storedUnder(house, session.objectPath)).toEqual([])
  })

  test('between the row and its part leaves neither', async () => {
    const session = await begun()
    await publishing(
      () => Promise.reject(new Error('killed')),
      async () => {
        expect((await sendPart(house, session, file, 0)).statusCode).toBe(500)
      },
    )
    expect(await received(session.sessionId)).toEqual([])
    expect(await storedUnder(house, session.objectPath)).toEqual([])
    expect(await incoming()).toEqual([])
  })
})

test('a part that breaks off is not there, and leaves nothing', async () => {
  const session = await begun()
  const { pathname, search } = new URL(session.uploadUrl)
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.on('error', () => {})
  const head = `PUT ${pathname}${search} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: ${partBytes}\r\nContent-Range: bytes 0-${partBytes - 1}/${file.length}\r\n\r\n`
  await new Promise<void>((done) =>
    socket.write(Buffer.concat([Buffer.from(head), file.subarray(0, 3 * MiB)]), () => done()),
  )
  await expect.poll(incoming, { timeout: 15_000 }).toHaveLength(1)
  socket.destroy()
  await expect.poll(incoming, { timeout: 15_000 }).toEqual([])
  expect(await received(session.sessionId)).toEqual([])
  expect(await storedUnder(house, session.objectPath)).toEqual([])
})

test('whoever may no longer upload in between neither sends nor completes', async () => {
  const editor = await aPerson(house)
  const team = await aTeam(house, [
    [person, 'owner'],
    [editor, 'editor'],
  ])
  const teamSet = await anEmptyDataset(house, team.id)
  const path = `owner=${team.username}`
  const asked = await editor.call('POST', `/api/upload/signed-url?${path}`, {
    assetType: 'images',
    assetId: teamSet,
    filename: 'a.jpg',
    contentType: 'image/jpeg',
    totalBytes: 10,
  })
  expect(asked.statusCode).toBe(200)
  const session: Begun = asked.json()
  expect((await send(house, session.uploadUrl, randomBytes(10))).statusCode).toBe(200)
  await cell()
    .db.update(memberships)
    .set({ role: 'viewer' })
    .where(and(eq(memberships.workspaceId, team.id), eq(memberships.userId, editor.userId)))
  expect((await send(house, session.uploadUrl, randomBytes(10))).json().reason).toBe('upload_not_found')
  const done = await editor.call('POST', `/api/upload/complete?${path}`, { sessionId: session.sessionId })
  expect([done.statusCode, done.json().reason]).toEqual([403, 'permission_denied'])
  // Somebody else of the team ends it.
  const byOwner = await person.call('POST', `/api/upload/complete?${path}`, { sessionId: session.sessionId })
  expect(byOwner.statusCode).toBe(200)
  const elsewhere = await person.call('POST', '/api/upload/complete', { sessionId: session.sessionId })
  expect([elsewhere.statusCode, elsewhere.json().reason]).toEqual([404, 'upload_not_found'])
})
