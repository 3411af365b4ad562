import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aBrowser, codeFor, wrongCode } from '../../../../test/browser.ts'
import { holdersOf } from '../../../../test/dump.ts'
import { passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

let made = 0
const anAddress = () => `added.${++made}@personal.example`

const add = ({ call }: Person, email: string) => call('POST', '/api/settings/emails', { email })
const verify = ({ call }: Person, id: string, code: string) =>
  call('POST', `/api/settings/emails/${id}/verify`, { code })
const resend = ({ call }: Person, id: string) => call('POST', `/api/settings/emails/${id}/resend`)

/** An address under way: its id and the code in its mailbox. */
const adding = async (person: Person, address = anAddress()) => {
  const { email } = (await add(person, address)).json()
  return { id: email.id as string, address, code: codeFor(house, address) }
}

const signsIn = async ({ password }: Person, email: string) =>
  (await passPassword({ email, password }, aBrowser(house))).statusCode === 200

test('an address is proved with the code that was mailed to it, and signs its owner in from then on', async () => {
  const person = await aPerson(house)
  const address = anAddress()
  const added = await add(person, ` ${address.toUpperCase()} `)
  const at = house.clock.now().getTime()
  expect(added.statusCode).toBe(201)
  const { id } = added.json().email
  expect(added.json().email).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
    address,
    verified: false,
    isPrimary: false,
    isCompany: true,
    createdAt: new Date(at).toISOString(),
    resendAt: new Date(at + 60_000).toISOString(),
  })
  expect(await signsIn(person, address)).toBe(false)
  const proved = await verify(person, id, codeFor(house, address))
  expect([proved.statusCode, proved.json()]).toEqual([200, { success: true }])
  expect(await signsIn(person, address)).toBe(true)
  const { emails } = (await person.call('GET', '/api/settings/emails')).json()
  expect(emails).toEqual([
    expect.objectContaining({ address: person.email, isPrimary: true, verified: true }),
    expect.objectContaining({ address, isPrimary: false, verified: true }),
  ])
  await house.runJobs()
  const subject = 'An address was added to your Gatehouse account'
  const notice = house.mailbox.list(person.email).find((mail) => mail.subject === subject)
  expect(notice?.text).toContain(address)
})

test('the code is the only six-digit number of its mail, and the mail names nobody', async () => {
  const person = await aPerson(house)
  const { address, code } = await adding(person)
  const [mail] = house.mailbox.list(address)
  expect(mail?.text.match(/\d{6}/g)).toEqual([code])
  for (const text of [mail!.text, mail!.html]) {
    expect(text).not.toContain(person.username)
    expect(text).not.toContain(person.email)
  }
})

test('a code proves the one address it was mailed to', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const [one, two] = [await adding(person), await adding(person)]
  const foreign = await adding(other, one.address)
  for (const [id, code] of [
    [one.id, two.code],
    [two.id, one.code],
    [one.id, foreign.code],
  ] as const)
    expect((await verify(person, id, code)).json().reason).toBe('invalid_code')
  expect((await verify(other, one.id, one.code)).json().reason).toBe('email_not_found')
  expect((await verify(person, one.id, one.code)).statusCode).toBe(200)
})

test('what is kept of a code is worth nothing beside another address', async () => {
  const person = await aPerson(house)
  const [one, two] = [await adding(person), await adding(person)]
  await house.cells
    .get('us-1')
    .pool.query(
      'update emails set code_digest = (select code_digest from emails where id = $1) where id = $2',
      [one.id, two.id],
    )
  expect((await verify(person, two.id, one.code)).json().reason).toBe('invalid_code')
})

test('of fifteen proofs at once with the right code one is heard', async () => {
  const person = await aPerson(house)
  const { id, code } = await adding(person)
  const replies = await atOnce(15, () => verify(person, id, code))
  expect(tally(replies)[200]).toBe(1)
  const later = await verify(person, id, code)
  expect([later.statusCode, later.json().reason]).toEqual([409, 'email_already_verified'])
  const { rows } = await house.cells
    .get('us-1')
    .pool.query(
      `select 1 from activity_events where user_id = $1 and metadata->>'change' = 'email_verified'`,
      [person.userId],
    )
  expect(rows).toHaveLength(1)
})

test('a code holds for ten minutes', async () => {
  const person = await aPerson(house)
  const [early, late] = [await adding(person), await adding(person)]
  house.clock.advance(599)
  expect((await verify(person, early.id, early.code)).statusCode).toBe(200)
  house.clock.advance(1)
  expect((await verify(person, late.id, late.code)).json().reason).toBe('invalid_code')
})

test('a code holds for five tries, also when they come at once, and the next one for five more', async () => {
  const person = await aPerson(house)
  const { id, address, code } = await adding(person)
  const replies = await atOnce(12, (n) => verify(person, id, wrongCode(code, n + 1)))
  expect(tally(replies)).toEqual({ 400: 12 })
  expect((await verify(person, id, code)).json().reason).toBe('invalid_code')
  house.clock.advance(60)
  await resend(person, id)
  const next = codeFor(house, address)
  for (let n = 1; n < 5; n++) await verify(person, id, wrongCode(next, n))
  expect((await verify(person, id, next)).statusCode).toBe(200)
})

test('another code is mailed after a minute, and the earlier one is dead from then on', async () => {
  const person = await aPerson(house)
  const { id, address, code } = await adding(person)
  house.clock.advance(59)
  const early = await resend(person, id)
  expect([early.statusCode, early.json()]).toEqual([
    429,
    expect.objectContaining({ reason: 'code_sent_recently', retryAfter: 1 }),
  ])
  expect((await person.call('GET', '/api/settings/emails')).json().emails[1].resendAt).toBe(
    early.json().resetAt,
  )
  house.clock.advance(1)
  const reply = await resend(person, id)
  expect(reply.json()).toEqual({
    success: true,
    resendAt: new Date(house.clock.now().getTime() + 60_000).toISOString(),
  })
  expect(house.mailbox.list(address)).toHaveLength(2)
  const fresh = codeFor(house, address)
  expect(fresh).not.toBe(code)
  expect((await verify(person, id, code)).json().reason).toBe('invalid_code')
  expect((await verify(person, id, fresh)).statusCode).toBe(200)
  expect((await resend(person, id)).json().reason).toBe('email_already_verified')
})

test('of ten requests for another code at once one is heard', async () => {
  const person = await aPerson(house)
  const { id, address } = await adding(person)
  house.clock.advance(60)
  expect(tally(await atOnce(10, () => resend(person, id)))).toEqual({ 200: 1, 429: 9 })
  expect(house.mailbox.list(address)).toHaveLength(2)
})

test('the code of an address that was removed is dead, also after it is added again', async () => {
  const person = await aPerson(house)
  const { id, address, code } = await adding(person)
  await person.call('DELETE', `/api/settings/emails/${id}`)
  expect((await verify(person, id, code)).json().reason).toBe('email_not_found')
  const again = await adding(person, address)
  expect((await verify(person, again.id, code)).json().reason).toBe('invalid_code')
})

test("somebody else's address can be asked for and never proved to be one's own", async () => {
  const [owner, other] = [await aPerson(house), await aPerson(house)]
  const { id, code } = await adding(other, owner.email)
  const reply = await verify(other, id, code)
  expect([reply.statusCode, reply.json()]).toEqual([
    409,
    expect.objectContaining({ reason: 'email_in_use', error: 'Email is already in use' }),
  ])
  expect(await signsIn(owner, owner.email)).toBe(true)
  expect((await other.call('GET', '/api/settings/emails')).json().emails[1].verified).toBe(false)
})

test('of two people who prove one address at the same moment one has it', async () => {
  const [one, two] = [await aPerson(house), await aPerson(house, { region: 'eu' })]
  const address = anAddress()
  const [first, second] = [await adding(one, address), await adding(two, address)]
  const replies = await Promise.all([verify(one, first.id, first.code), verify(two, second.id, second.code)])
  expect(tally(replies)).toEqual({ 200: 1, 409: 1 })
})

test('an address that a sign-up is proving belongs to whoever is done first', async () => {
  const person = await aPerson(house)
  const address = anAddress()
  const browser = aBrowser(house)
  const password = 'correct horse battery staple'
  await browser.call('POST', '/api/auth/sign-up', { email: address, password })
  await browser.call('POST', '/api/auth/verify', { code: codeFor(house, address) })
  const { id, code } = await adding(person, address)
  expect((await verify(person, id, code)).statusCode).toBe(200)
  const late = await browser.call('POST', '/api/onboarding', {
    username: 'too-late-for-it',
    displayName: 'Late',
    region: 'us',
  })
  expect([late.statusCode, late.json().reason]).toEqual([409, 'already_onboarded'])
})

test('when the mail cannot be sent nothing is kept', async () => {
  const broken = await startTestHouse({
    mail: {
      kind: 'smtp',
      send: () => Promise.reject(new Error('no route to host')),
      close: async () => {},
    },
  })
  const person = await aPerson(broken)
  const reply = await add(person, anAddress())
  expect([reply.statusCode, reply.json().reason]).toEqual([503, 'mail_unavailable'])
  expect((await person.call('GET', '/api/settings/emails')).json().emails).toHaveLength(1)
  await broken.stop()
})

test('no store and no log holds an added address or its code', async () => {
  const person = await aPerson(house, { region: 'ap' })
  const { id, address, code } = await adding(person, 'unreadable.address@somewhere.example')
  expect(await holdersOf(house, address, 'unreadable.address')).toEqual([])
  await verify(person, id, code)
  await person.call('POST', `/api/settings/emails/${id}/primary`)
  expect(await holdersOf(house, address, 'unreadable.address')).toEqual([])
  await house.runJobs()
  expect(await holdersOf(house, address, 'unreadable.address')).toEqual([])
  expect(house.logged()).not.toContain('unreadable.address')
})
