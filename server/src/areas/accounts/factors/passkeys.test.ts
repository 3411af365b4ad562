import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { Authenticator, type Trouble } from '../../../../test/authenticator.ts'
import { aBrowser } from '../../../../test/browser.ts'
import { aPasskey, passkeyChallenge, passkeyOptions } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const signIn = (credential: unknown, browser = aBrowser(house)) =>
  browser.call('POST', '/api/auth/factors/passkeys/sign-in', { credential })

const keep = (person: Person, credential: unknown) =>
  person.call('POST', '/api/auth/factors/passkeys', { credential })

const rejected = [400, 'passkey_rejected']
const answerOf = (reply: Awaited<ReturnType<typeof signIn>>) => [reply.statusCode, reply.json().reason]

test('a passkey signs in alone, in a strong session that has just been proved', async () => {
  const person = await aPerson(house, { region: 'ap' })
  const { id, assert } = await aPasskey(person, { name: 'Desk key' })
  house.clock.advance(3600)
  const browser = aBrowser(house)
  const reply = await signIn(await assert(), browser)
  expect([reply.statusCode, reply.json()]).toEqual([200, { next: 'home' }])
  const me = (await browser.call('GET', '/api/auth/me')).json()
  expect(me.user.id).toBe(person.userId)
  expect(me.session.authenticatedAt).toBe(house.clock.now().toISOString())
  const factors = (await browser.call('GET', '/api/auth/factors')).json()
  expect(factors).toMatchObject({ sessionIsStrong: true, recoveryCodesLeft: 10 })
  expect(factors.passkeys).toEqual([
    expect.objectContaining({
      id,
      name: 'Desk key',
      synced: false,
      lastUsedAt: house.clock.now().toISOString(),
    }),
  ])
})

const anotherSite = 'https://gatehouse.evil.example'
const wrongs: [string, Trouble][] = [
  ['made on another site', { origin: anotherSite }],
  ['made on another port of this machine', { origin: 'http://localhost:3001' }],
  ['made for another site', { rpId: 'evil.example' }],
  ['that did not check who holds it', { unverified: true }],
  ['that nobody touched', { absent: true }],
  ['with a challenge that is made up', { challenge: Buffer.alloc(56, 7).toString('base64url') }],
  ['with a challenge cut short', { challenge: 'AAAA' }],
]

test.each<[string, Trouble]>([
  ...wrongs,
  ['meant to make a passkey', { type: 'webauthn.create' }],
  ['signed with a key that nobody registered', { foreignKey: true }],
  [
    'that names another owner',
    { userHandle: Buffer.from('user_000000000000000000000000').toString('base64url') },
  ],
])('an answer %s signs nobody in', async (_what, trouble) => {
  const { authenticator, assert } = await aPasskey(await aPerson(house))
  const stranger = aBrowser(house)
  const reply = await signIn(authenticator.get(await passkeyChallenge(stranger.call), trouble), stranger)
  expect(answerOf(reply)).toEqual(rejected)
  expect(stranger.cookies()).toBe('')
  expect((await signIn(await assert())).statusCode).toBe(200)
})

test.each<[string, Trouble]>([...wrongs, ['meant to use a passkey', { type: 'webauthn.get' }]])(
  'an answer %s makes no passkey',
  async (_what, trouble) => {
    const person = await aPerson(house)
    const credential = new Authenticator().create(await passkeyOptions(person.call), trouble)
    expect(answerOf(await keep(person, credential))).toEqual(rejected)
    expect((await person.call('GET', '/api/auth/factors')).json().passkeys).toEqual([])
    await aPasskey(person)
  },
)

test('a passkey nobody has kept signs nobody in', async () => {
  const { authenticator } = await aPasskey(await aPerson(house))
  const { userHandle } = authenticator.passkeys[0]!
  const options = (await passkeyOptions((await aPerson(house)).call)) as object
  authenticator.create({ ...options, user: { id: userHandle } })
  expect(answerOf(await signIn(authenticator.get(await passkeyChallenge(aBrowser(house).call))))).toEqual(
    rejected,
  )
})

test('the same answer sent fifteen times at once signs in once, and not again later', async () => {
  const { assert } = await aPasskey(await aPerson(house), { counts: false })
  const credential = await assert()
  expect(tally(await atOnce(15, () => signIn(credential)))).toEqual({ 200: 1, 400: 14 })
  expect(answerOf(await signIn(credential))).toEqual(rejected)
})

test('the answer that makes a passkey is taken once of ten at once, also after the passkey is gone', async () => {
  const person = await aPerson(house)
  const credential = new Authenticator().create(await passkeyOptions(person.call))
  const cookie = `gatehouse_session=${person.cookie}`
  const replies = await atOnce(10, () =>
    aBrowser(house).call('POST', '/api/auth/factors/passkeys', { credential }, { cookie }),
  )
  const [kept, ...others] = replies.filter((reply) => reply.statusCode === 201)
  expect(others).toEqual([])
  person.cookie = kept!.cookies.find(({ name }) => name === 'gatehouse_session')!.value
  const { id } = kept!.json().passkey
  expect((await person.call('DELETE', `/api/auth/factors/passkeys/${id}`)).statusCode).toBe(200)
  expect(answerOf(await keep(person, credential))).toEqual(rejected)
})

test('a challenge for making a passkey does not sign in, nor the other way round', async () => {
  const person = await aPerson(house)
  const { authenticator } = await aPasskey(person)
  const forMaking = (await passkeyOptions(person.call)) as { challenge: string; rp: { id: string } }
  const used = authenticator.get({ challenge: forMaking.challenge, rpId: forMaking.rp.id })
  expect(answerOf(await signIn(used))).toEqual(rejected)

  const forUsing = (await passkeyChallenge(person.call)) as { challenge: string }
  const made = new Authenticator().create({ ...forMaking, challenge: forUsing.challenge })
  expect(answerOf(await keep(person, made))).toEqual(rejected)
})

test("a challenge handed to one person makes no passkey in another's account", async () => {
  const [one, other] = [await aPerson(house), await aPerson(house)]
  const credential = new Authenticator().create(await passkeyOptions(one.call))
  expect(answerOf(await keep(other, credential))).toEqual(rejected)
  expect((await keep(one, credential)).statusCode).toBe(201)
})

test('a challenge holds for five minutes', async () => {
  const person = await aPerson(house)
  const { authenticator } = await aPasskey(person)
  const [early, late] = [await passkeyChallenge(person.call), await passkeyChallenge(person.call)]
  const making = await passkeyOptions(person.call)
  house.clock.advance(299)
  expect((await signIn(authenticator.get(early))).statusCode).toBe(200)
  house.clock.advance(1)
  expect(answerOf(await signIn(authenticator.get(late)))).toEqual(rejected)
  expect(answerOf(await keep(person, new Authenticator().create(making)))).toEqual(rejected)
})

test('a copied passkey is found out by its counter', async () => {
  const person = await aPerson(house)
  const { authenticator, assert } = await aPasskey(person)
  for (let n = 0; n < 3; n++) expect((await signIn(await assert())).statusCode).toBe(200)
  const copy = async (counter: number) =>
    answerOf(await signIn(authenticator.get(await passkeyChallenge(person.call), { counter })))
  expect([await copy(3), await copy(1), await copy(0)]).toEqual([rejected, rejected, rejected])
  expect((await signIn(await assert())).statusCode).toBe(200)
})

test('a passkey that does not count works again and again, and is shown as synced when it is', async () => {
  const person = await aPerson(house)
  const { assert } = await aPasskey(person, { counts: false, backupEligible: true, backedUp: true })
  for (let n = 0; n < 3; n++) expect((await signIn(await assert())).statusCode).toBe(200)
  expect((await person.call('GET', '/api/auth/factors')).json().passkeys[0].synced).toBe(true)
})

test("a passkey that one person keeps is nobody else's", async () => {
  const [one, other] = [await aPerson(house), await aPerson(house, { region: 'eu' })]
  const { authenticator, assert } = await aPasskey(one)
  const { id } = authenticator.passkeys[0]!
  const credential = new Authenticator().create(await passkeyOptions(other.call), { id })
  expect(answerOf(await keep(other, credential))).toEqual([409, 'passkey_already_kept'])
  expect((await signIn(await assert())).statusCode).toBe(200)
})

test('the challenge tells a stranger nothing: it names no person and no passkey, and is the same for everybody', async () => {
  const person = await aPerson(house)
  const shapeOf = async (call: Person['call']) => {
    const { challenge, ...others } = (await passkeyChallenge(call)) as { challenge: string }
    return { length: challenge.length, others }
  }
  const before = await shapeOf(person.call)
  await aPasskey(person)
  expect(await shapeOf(person.call)).toEqual(before)
  expect(await shapeOf(aBrowser(house).call)).toEqual(before)
  expect(JSON.stringify(before.others)).not.toMatch(/user_|@/)
  expect(before.others).not.toHaveProperty('allowCredentials')
})
