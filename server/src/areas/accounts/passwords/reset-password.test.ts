import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../../test/browser.ts'
import { dumpAll, holdersOf } from '../../../../test/dump.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { makeKeyRing } from '../../../crypto/key-ring.ts'
import { openResetToken } from './forgot-password.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const fresh = 'a new and longer password'

const forgot = (email: string) => aBrowser(house).call('POST', '/api/auth/password/forgot', { email })
const reset = (token: string, password = fresh) =>
  aBrowser(house).call('POST', '/api/auth/password/reset', { token, password })
const signsIn = async ({ email }: Person, password: string) =>
  (await aBrowser(house).call('POST', '/api/auth/sign-in', { email, password })).statusCode === 200

/** Asks for a link and reads the token out of the mail that the jobs send. */
const aToken = async ({ email }: Person): Promise<string> => {
  await forgot(email)
  await house.runJobs()
  const link = /http\S+/.exec(house.mailbox.list(email)[0]!.text)![0]
  return new URL(link).searchParams.get('token')!
}

const sessionsOf = async ({ userId }: Person): Promise<number | null> =>
  (await house.cells.get('us-1').pool.query('select id from sessions where user_id = $1', [userId])).rowCount

const invalidLink = { error: 'Invalid or expired reset link', reason: 'invalid_reset_link' }

test('the mailed link sets a new password, and the old one stops working', async () => {
  const person = await aPerson(house, { region: 'eu' })
  const asked = await forgot(person.email)
  expect([asked.statusCode, asked.json()]).toEqual([200, { success: true }])
  expect(house.mailbox.list(person.email)).toEqual([])
  await house.runJobs()
  const [mail] = house.mailbox.list(person.email)
  expect(mail?.subject).toBe('Set a new Gatehouse password')
  const link = /http\S+/.exec(mail!.text)![0]
  expect(link).toMatch(/^http:\/\/localhost:3000\/reset-password\?token=/)
  expect(mail?.html).toContain(link)
  const done = await reset(new URL(link).searchParams.get('token')!)
  expect([done.statusCode, done.json()]).toEqual([200, { success: true }])
  expect([await signsIn(person, fresh), await signsIn(person, person.password)]).toEqual([true, false])
})

test('an unknown address is answered alike and mailed nothing', async () => {
  const person = await aPerson(house)
  await house.runJobs()
  const mails = house.mailbox.list().length
  const [known, unknown] = [await forgot(person.email), await forgot('unknown@personal.example')]
  expect([unknown.statusCode, unknown.body]).toEqual([known.statusCode, known.body])
  const waiting = await house.directory.database.pool.query(
    'select payload::text as payload from graphile_worker._private_jobs',
  )
  // What waits for the two is one row each, of the same shape.
  expect(
    waiting.rows.map((row) => row.payload.replace(/[0-9a-f]{64}/, 'digest').replaceAll(' ', '')),
  ).toEqual(['{"digest":"digest"}', '{"digest":"digest"}'])
  await house.runJobs()
  expect(house.mailbox.list().length).toBe(mails + 1)
  expect(house.mailbox.list('unknown@personal.example')).toEqual([])
})

test('a link works once, also when it is used many times at once', async () => {
  const person = await aPerson(house)
  const token = await aToken(person)
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, n) => reset(token, `a new password, number ${n}`)),
  )
  expect(replies.map((reply) => reply.statusCode).sort()).toEqual([200, 400, 400, 400, 400, 400])
  const winner = replies.findIndex((reply) => reply.statusCode === 200)
  expect(await signsIn(person, `a new password, number ${winner}`)).toBe(true)
  const again = await reset(token)
  expect(again.statusCode).toBe(400)
  expect(again.json()).toMatchObject(invalidLink)
})

test('a link works for thirty minutes', async () => {
  const [intime, late] = [await aPerson(house), await aPerson(house)]
  const tokens = [await aToken(intime), await aToken(late)]
  house.clock.advance(30 * 60 - 1)
  expect((await reset(tokens[0]!)).statusCode).toBe(200)
  house.clock.advance(1)
  expect((await reset(tokens[1]!)).json()).toMatchObject(invalidLink)
  expect(await signsIn(late, late.password)).toBe(true)
})

test('a reset ends every session and every other link, and the event says so', async () => {
  const person = await aPerson(house)
  const earlier = await aToken(person)
  const token = await aToken(person)
  expect(earlier).not.toBe(token)
  expect((await person.call('GET', '/api/auth/me')).statusCode).toBe(200)
  expect((await reset(token)).statusCode).toBe(200)
  expect((await person.call('GET', '/api/auth/me')).statusCode).toBe(401)
  expect((await reset(earlier)).json()).toMatchObject(invalidLink)
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/sign-in', { email: person.email, password: fresh })
  const { events } = (await browser.call('GET', '/api/activity')).json()
  expect(events).toContainEqual(
    expect.objectContaining({
      resourceType: 'settings',
      action: 'updated',
      userId: person.userId,
      metadata: expect.objectContaining({ kind: 'security', change: 'password_reset' }),
    }),
  )
})

test('a sign-in with the old password that a reset overtakes opens no session', async () => {
  const person = await aPerson(house)
  const token = await aToken(person)
  const { db } = house.cells.get('us-1')
  const { transaction } = db
  // The password is checked before the transaction: the reset comes exactly between the two.
  db.transaction = async (...work) => {
    db.transaction = transaction
    expect((await reset(token)).statusCode).toBe(200)
    return transaction.apply(db, work) as never
  }
  const browser = aBrowser(house)
  const { email, password } = person
  const overtaken = await browser.call('POST', '/api/auth/sign-in', { email, password })
  expect([overtaken.statusCode, overtaken.json().reason]).toEqual([401, 'invalid_credentials'])
  expect(browser.cookies()).not.toContain('gatehouse_session')
  expect(await sessionsOf(person)).toBe(0)
})

test('no session of the old password survives a reset, however many sign in meanwhile', async () => {
  for (let round = 0; round < 4; round++) {
    const person = await aPerson(house)
    const token = await aToken(person)
    const signIns = Array.from({ length: 9 }, async (_, n) => {
      const browser = aBrowser(house, { ip: `10.7.0.${n}` })
      await browser.call('POST', '/api/auth/sign-in', { email: person.email, password: person.password })
      return browser
    })
    const [done, ...browsers] = await Promise.all([reset(token), ...signIns])
    expect(done.statusCode).toBe(200)
    for (const browser of browsers) expect((await browser.call('GET', '/api/auth/me')).statusCode).toBe(401)
    expect(await sessionsOf(person)).toBe(0)
  }
})

test('a refused reset leaves password and sessions as they were', async () => {
  const person = await aPerson(house)
  const token = await aToken(person)
  expect((await reset(token, 'short')).statusCode).toBe(400)
  expect((await person.call('GET', '/api/auth/me')).statusCode).toBe(200)
  expect((await reset(token)).statusCode).toBe(200)
})

test('a token that was changed anywhere, or made up, is refused', async () => {
  const person = await aPerson(house, { region: 'us' })
  const token = await aToken(person)
  const [cell, id, version, mac] = token.split('.') as [string, string, string, string]
  const other = (char: string) => (char === 'a' ? 'b' : 'a')
  for (const wrong of [
    `eu-1.${id}.${version}.${mac}`,
    `zz-1.${id}.${version}.${mac}`,
    `${cell}.${id.slice(0, -1)}${other(id.at(-1)!)}.${version}.${mac}`,
    `${cell}.${id}.2.${mac}`,
    `${cell}.${id}.99999.${mac}`,
    `${cell}.${id}.${version}.${other(mac[0]!)}${mac.slice(1)}`,
    `${cell}.${id}.${version}.`,
    `${cell}.${id}.${mac}`,
    `${cell}.${id}`,
    `${token}x`,
    'nonsense',
  ]) {
    const refused = await reset(wrong)
    expect(refused.statusCode, wrong).toBe(400)
    expect(refused.json(), wrong).toMatchObject(invalidLink)
  }
  expect((await reset(token)).statusCode).toBe(200)
})

test('a link mailed before a rotation of the master key still works, and not once its version is retired', async () => {
  const [first, second] = [randomBytes(32), randomBytes(32)]
  const secrets = { masterKeys: new Map([[1, first]]), directorySecret: randomBytes(32) }
  const rotated = await startTestHouse({ config: { secrets } })
  const person = await aPerson(rotated, { region: 'ap' })
  await aBrowser(rotated).call('POST', '/api/auth/password/forgot', { email: person.email })
  await rotated.runJobs()
  const token = /token=(\S+)/.exec(rotated.mailbox.list(person.email)[0]!.text)![1]!
  const openedBy = (keys: [number, Buffer][]) =>
    openResetToken({ cells: rotated.cells, keyRing: makeKeyRing(new Map(keys)) }, token)?.cell.id
  expect(openedBy([[1, first]])).toBe('ap-1')
  expect(
    openedBy([
      [1, first],
      [2, second],
    ]),
  ).toBe('ap-1')
  expect(openedBy([[2, second]])).toBeUndefined()
  await rotated.stop()
})

test('neither the queue nor any store holds the address or the token', async () => {
  const person = await aPerson(house, { email: 'forgetful@personal.example' })
  await forgot(person.email)
  const waiting = await dumpAll(house)
  expect(waiting.directory).toContain('start-password-reset')
  expect(await holdersOf(house, person.email, 'forgetful')).toEqual([])
  await house.runJobs()
  const link = /token=(\S+)/.exec(house.mailbox.list(person.email)[0]!.text)![1]!
  expect(await holdersOf(house, person.email, link.split('.').at(-1)!)).toEqual([])
  expect(house.logged()).not.toContain(link.split('.').at(-1))
})

test('a mail server that fails is tried again, and the log and the queue keep quiet about whom it was for', async () => {
  let failures = 0
  const sent: string[] = []
  const shaky = await startTestHouse({
    mail: {
      kind: 'smtp',
      async send({ to }) {
        if (failures++ === 0) throw new Error(`550 no such mailbox ${to}`)
        sent.push(to)
      },
      async close() {},
    },
  })
  const person = await aPerson(shaky, { email: 'shaky@personal.example' })
  await aBrowser(shaky).call('POST', '/api/auth/password/forgot', { email: person.email })
  await shaky.runJobs()
  expect(sent).toEqual([])
  expect(shaky.logged()).toContain('job failed')
  expect(shaky.logged()).not.toContain('shaky')
  expect(await holdersOf(shaky, person.email)).toEqual([])
  await shaky.cells.get('us-1').pool.query('update graphile_worker._private_jobs set run_at = now()')
  await shaky.runJobs()
  expect(sent).toEqual([person.email])
  await shaky.stop()
})

test('whoever was locked out signs in with the new password at once', async () => {
  const person = await aPerson(house)
  const signIn = async (password: string) =>
    (await aBrowser(house).call('POST', '/api/auth/sign-in', { email: person.email, password })).statusCode
  for (let n = 0; n < 10; n++) await signIn('not the password')
  expect(await signIn(person.password)).toBe(429)
  expect((await reset(await aToken(person))).statusCode).toBe(200)
  expect(await signIn(fresh)).toBe(200)
})
