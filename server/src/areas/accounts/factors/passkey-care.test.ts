import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { Authenticator } from '../../../../test/authenticator.ts'
import { aBrowser } from '../../../../test/browser.ts'
import { aPasskey, aTotp, passkeyOptions, passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const signIn = (credential: unknown) =>
  aBrowser(house).call('POST', '/api/auth/factors/passkeys/sign-in', { credential })

const cell = () => house.cells.get('us-1').pool

const entriesOf = async ({ userId }: Person) =>
  (
    await house.directory.database.pool.query(
      `select state from entries where kind = 'passkey' and subject_id = $1`,
      [userId],
    )
  ).rows

test('a passkey that was removed signs nobody in from then on, and leaves the directory', async () => {
  const person = await aPerson(house)
  const { id, assert } = await aPasskey(person)
  const credential = await assert()
  expect(await entriesOf(person)).toHaveLength(1)
  expect((await person.call('DELETE', `/api/auth/factors/passkeys/${id}`)).json()).toEqual({ success: true })
  expect(await entriesOf(person)).toEqual([])
  expect((await signIn(credential)).json().reason).toBe('passkey_rejected')
  expect((await passPassword(person, aBrowser(house))).json()).toEqual({ next: 'home' })
})

test('of many removals at once one is heard', async () => {
  const person = await aPerson(house)
  const { id } = await aPasskey(person)
  await aPasskey(person)
  const cookie = `gatehouse_session=${person.cookie}`
  const replies = await atOnce(10, () =>
    aBrowser(house).call('DELETE', `/api/auth/factors/passkeys/${id}`, undefined, { cookie }),
  )
  expect(replies.filter((reply) => reply.statusCode === 200)).toHaveLength(1)
  for (const reply of replies) expect([200, 401, 404], reply.body).toContain(reply.statusCode)
})

/** Removes the passkey between the moment when its answer is found good and the moment when that opens something. A lock on its row holds
 *  the first of them up, one on the person the second. */
const whileRemoved = async (
  person: Person,
  passkeyId: string,
  use: () => Promise<{ statusCode: number }>,
) => {
  const [ofPasskey, ofPerson] = [await cell().connect(), await cell().connect()]
  try {
    await ofPasskey.query('begin')
    await ofPasskey.query('select id from passkeys where id = $1 for update', [passkeyId])
    const reply = use()
    await expect.poll(countWaiting).toBe(1)
    await ofPerson.query('begin')
    await ofPerson.query('select id from users where id = $1 for update', [person.userId])
    await ofPasskey.query('commit')
    await expect.poll(() => lastUse(passkeyId)).not.toBeNull()
    await expect.poll(countWaiting).toBe(1)
    await ofPerson.query('delete from passkeys where id = $1', [passkeyId])
    await ofPerson.query('commit')
    return await reply
  } finally {
    for (const client of [ofPasskey, ofPerson]) {
      await client.query('rollback')
      client.release()
    }
  }
}

const countWaiting = async (): Promise<number> => {
  const { rows } = await cell().query(
    `select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0].count
}

const lastUse = async (passkeyId: string): Promise<Date | null> =>
  (await cell().query('select last_used_at from passkeys where id = $1', [passkeyId])).rows[0].last_used_at

test('a passkey removed while its answer is checked opens nothing', async () => {
  const person = await aPerson(house)
  await aTotp(house, person)

  const alone = await aPasskey(person)
  const credential = await alone.assert()
  expect((await whileRemoved(person, alone.id, () => signIn(credential))).statusCode).toBe(400)

  const second = await aPasskey(person)
  const browser = aBrowser(house)
  await passPassword(person, browser)
  const finish = { credential: await second.assert() }
  expect(
    (await whileRemoved(person, second.id, () => browser.call('POST', '/api/auth/factors/verify', finish)))
      .statusCode,
  ).toBe(400)

  const again = await aPasskey(person)
  const proof = { credential: await again.assert() }
  expect(
    (await whileRemoved(person, again.id, () => person.call('POST', '/api/auth/reauthenticate', proof)))
      .statusCode,
  ).toBe(400)
})

test('a passkey gets another name from its owner, and from nobody else', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const { id } = await aPasskey(person)
  const rename = (who: Person, name: unknown) =>
    who.call('PATCH', `/api/auth/factors/passkeys/${id}`, { name })
  expect((await rename(person, '  Phone ')).json()).toEqual({ success: true })
  expect((await person.call('GET', '/api/auth/factors')).json().passkeys[0].name).toBe('Phone')
  const foreign = await rename(other, 'Mine')
  expect([foreign.statusCode, foreign.json().reason]).toEqual([404, 'factor_not_found'])
  for (const name of ['', ' ', 'x'.repeat(61), 7]) expect((await rename(person, name)).statusCode).toBe(400)
})

test("somebody else's passkey cannot be removed, and looks missing", async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const { id, assert } = await aPasskey(person)
  const tried = await other.call('DELETE', `/api/auth/factors/passkeys/${id}`)
  const missing = await other.call('DELETE', '/api/auth/factors/passkeys/000000000000000000000000')
  expect([tried.statusCode, tried.json().reason]).toEqual([404, 'factor_not_found'])
  expect([missing.statusCode, missing.json().error]).toEqual([404, tried.json().error])
  expect((await signIn(await assert())).statusCode).toBe(200)
})

test('an account keeps twenty passkeys, also when more come at once', async () => {
  const person = await aPerson(house)
  const browsers = await atOnce(5, async () => aBrowser(house))
  for (const browser of browsers) await passPassword(person, browser)
  for (let n = 0; n < 18; n++)
    await cell().query(
      `insert into passkeys (id, user_id, name, credential_id, public_key, counter, synced, created_at)
       values ($1, $2, 'Filler', $3, '', 0, false, now())`,
      [`${n}`.padStart(24, '0'), person.userId, Buffer.from(`filler ${n} of ${person.userId}`)],
    )
  const made = await Promise.all(
    browsers.map(async ({ call }) => new Authenticator().create(await passkeyOptions(call))),
  )
  const replies = await Promise.all(
    browsers.map(({ call }, n) => call('POST', '/api/auth/factors/passkeys', { credential: made[n] })),
  )
  expect(tally(replies)).toEqual({ 201: 2, 403: 3 })
  const winner = browsers[replies.findIndex(({ statusCode }) => statusCode === 201)]!
  const full = await winner.call('POST', '/api/auth/factors/passkeys/options')
  expect([full.statusCode, full.json().reason]).toEqual([403, 'passkey_limit_reached'])
  expect(await entriesOf(person)).toHaveLength(2)
})
