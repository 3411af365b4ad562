import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aBrowser, codeFor } from '../../../../test/browser.ts'
import { passPassword } from '../../../../test/factors.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

let made = 0
const aConsumerAddress = () => `consumer.${++made}@gmail.com`
const aCompanyAddress = () => `employee.${++made}@company-${made}.example`

const add = ({ call }: Person, email: string) => call('POST', '/api/settings/emails', { email })

/** An address that its owner has proved, a second after whatever was before. */
const proved = async (person: Person, address: string) => {
  house.clock.advance(1)
  const { email } = (await add(person, address)).json()
  const reply = await person.call('POST', `/api/settings/emails/${email.id}/verify`, {
    code: codeFor(house, address),
  })
  return { id: email.id as string, address, reply: reply.json() }
}

const setPrimary = ({ call }: Person, id: string) => call('POST', `/api/settings/emails/${id}/primary`)
const remove = ({ call }: Person, id: string) => call('DELETE', `/api/settings/emails/${id}`)
const list = async ({ call }: Person): Promise<{ id: string; address: string; isCompany: boolean }[]> =>
  (await call('GET', '/api/settings/emails')).json().emails

const signsIn = async ({ password }: Person, email: string) =>
  (await passPassword({ email, password }, aBrowser(house))).statusCode === 200

const subjectsTo = async (address: string) => {
  await house.runJobs()
  return house.mailbox.list(address).map(({ subject }) => subject)
}

const changesOf = async ({ userId }: Person) =>
  (
    await house.cells.get('us-1').pool.query(
      `select metadata->>'change' as change, metadata->'amountCents' as cents from activity_events
         where user_id = $1 and metadata ? 'change' order by id`,
      [userId],
    )
  ).rows

test('the new primary address takes over, the earlier one is told, and reset links under way stop working', async () => {
  const person = await aPerson(house)
  const { id, address } = await proved(person, aConsumerAddress())
  await aBrowser(house).call('POST', '/api/auth/password/forgot', { email: person.email })
  await house.runJobs()
  const token = /token=(\S+)/.exec(house.mailbox.list(person.email)[0]!.text)![1]
  expect((await setPrimary(person, id)).json()).toEqual({ success: true })

  expect((await person.call('GET', '/api/auth/me')).json().user.email).toBe(address)
  expect((await list(person)).map((email) => email.address)).toEqual([address, person.email])
  expect(await subjectsTo(person.email)).toContain('Your Gatehouse account has another primary address')
  const password = 'a password of a thief'
  const reset = await aBrowser(house).call('POST', '/api/auth/password/reset', { token, password })
  expect(reset.json().reason).toBe('invalid_reset_link')

  await aBrowser(house).call('POST', '/api/auth/password/forgot', { email: person.email })
  expect(await subjectsTo(address)).toContain('Set a new Gatehouse password')
  expect((await changesOf(person)).map(({ change }) => change)).toContain('primary_email_changed')
})

test('making the primary address primary again changes nothing and tells nobody', async () => {
  const person = await aPerson(house)
  const [primary] = await list(person)
  expect((await setPrimary(person, primary!.id)).statusCode).toBe(200)
  expect(await subjectsTo(person.email)).toEqual([])
})

test('only a proved address becomes the primary one', async () => {
  const person = await aPerson(house)
  const { id } = (await add(person, aConsumerAddress())).json().email
  const reply = await setPrimary(person, id)
  expect([reply.statusCode, reply.json()]).toEqual([
    400,
    expect.objectContaining({
      reason: 'email_not_verified',
      error: 'Only verified emails can be set as primary',
    }),
  ])
})

test('of many changes of the primary address at once exactly one address is primary in the end', async () => {
  const person = await aPerson(house)
  const ids = [
    (await proved(person, aConsumerAddress())).id,
    (await proved(person, aConsumerAddress())).id,
    (await list(person))[0]!.id,
  ]
  await atOnce(12, (n) => setPrimary(person, ids[n % 3]!))
  const { rows } = await house.cells
    .get('us-1')
    .pool.query('select id from emails where user_id = $1 and is_primary', [person.userId])
  expect(rows).toHaveLength(1)
})

test('a removed address signs nobody in from the reply on, is told, and is free for others', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const { id, address } = await proved(person, aConsumerAddress())
  expect(await signsIn(person, address)).toBe(true)
  expect((await remove(person, id)).json()).toEqual({ success: true })
  expect(await signsIn(person, address)).toBe(false)
  expect(await signsIn(person, person.email)).toBe(true)
  expect(await subjectsTo(address)).toContain('This address was removed from a Gatehouse account')
  expect((await changesOf(person)).map(({ change }) => change)).toContain('email_removed')
  house.clock.advance(60)
  expect((await proved(other, address)).reply.success).toBe(true)
  expect(await signsIn(other, address)).toBe(true)
})

test('an address that was never proved is told nothing when it is removed', async () => {
  const person = await aPerson(house)
  const address = aConsumerAddress()
  const { id } = (await add(person, address)).json().email
  await remove(person, id)
  expect(await subjectsTo(address)).toEqual(['Confirm this address for Gatehouse'])
})

test('the primary address cannot be removed, also while another becomes primary', async () => {
  const person = await aPerson(house)
  const [primary] = await list(person)
  const reply = await remove(person, primary!.id)
  expect([reply.statusCode, reply.json()]).toEqual([
    400,
    expect.objectContaining({ reason: 'primary_email_kept', error: 'Primary email cannot be removed' }),
  ])
  for (let round = 0; round < 5; round++) {
    const { id } = await proved(person, aConsumerAddress())
    const [before] = await list(person)
    await Promise.all([setPrimary(person, id), remove(person, id), remove(person, before!.id)])
    const { rows } = await house.cells
      .get('us-1')
      .pool.query('select id from emails where user_id = $1 and is_primary', [person.userId])
    expect(rows).toHaveLength(1)
  }
})

test("somebody else's address looks missing in every way", async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const { id } = await proved(other, aConsumerAddress())
  for (const [method, path, body] of [
    ['POST', `${id}/verify`, { code: '123456' }],
    ['POST', `${id}/resend`, undefined],
    ['POST', `${id}/primary`, undefined],
    ['DELETE', id, undefined],
  ] as const) {
    const reply = await person.call(method, `/api/settings/emails/${path}`, body)
    expect([reply.statusCode, reply.json().reason], path).toEqual([404, 'email_not_found'])
  }
  expect(await list(other)).toHaveLength(2)
})

test('a company address adds the rest of the sign-up credit, once for each account', async () => {
  const person = await aPerson(house, { email: aConsumerAddress() })
  expect((await proved(person, aConsumerAddress())).reply).toEqual({ success: true })
  expect((await proved(person, aCompanyAddress())).reply).toEqual({ success: true, bonusCents: 2000 })
  expect((await proved(person, aCompanyAddress())).reply).toEqual({ success: true })
  expect((await list(person)).map(({ isCompany }) => isCompany)).toEqual([false, false, true, true])
  expect((await changesOf(person)).filter(({ cents }) => cents !== null)).toEqual([
    { change: 'signup_bonus', cents: 2000 },
  ])
})

test('a company address that is removed and proved again adds nothing', async () => {
  const person = await aPerson(house, { email: aConsumerAddress() })
  const address = aCompanyAddress()
  const { id } = await proved(person, address)
  await remove(person, id)
  expect((await proved(person, address)).reply).toEqual({ success: true })
})

test('whoever signed up with a company address has all of the credit already', async () => {
  const person = await aPerson(house, { email: aCompanyAddress() })
  expect((await proved(person, aCompanyAddress())).reply).toEqual({ success: true })
})

test('two company addresses proved at the same moment add the credit once', async () => {
  const person = await aPerson(house, { email: aConsumerAddress() })
  const added = await Promise.all(
    [aCompanyAddress(), aCompanyAddress(), aCompanyAddress()].map(async (address) => ({
      address,
      id: (await add(person, address)).json().email.id as string,
    })),
  )
  const replies = await Promise.all(
    added.map(({ id, address }) =>
      person.call('POST', `/api/settings/emails/${id}/verify`, { code: codeFor(house, address) }),
    ),
  )
  expect(tally(replies)).toEqual({ 200: 3 })
  expect(replies.map((reply) => reply.json().bonusCents ?? 0).sort()).toEqual([0, 0, 2000])
})

test('an account has ten addresses at most, also when they are added at once, and none of them twice', async () => {
  const person = await aPerson(house)
  const replies = await atOnce(14, () => add(person, aConsumerAddress()))
  expect(tally(replies)).toEqual({ 201: 9, 403: 5 })
  const refused = await add(person, aConsumerAddress())
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'email_limit_reached'])
  const own = await add(person, person.email.toUpperCase())
  expect([own.statusCode, own.json().reason]).toEqual([409, 'email_in_use'])
})

test('a stranger gets one address ten mails an hour, and its owner still gets theirs', async () => {
  const address = aConsumerAddress()
  const [person] = [await aPerson(house)]
  const password = 'correct horse battery staple'
  const signUp = (ip: string) =>
    aBrowser(house, { ip }).call('POST', '/api/auth/sign-up', { email: address, password })
  for (let n = 0; n < 10; n++) expect((await signUp('203.0.113.7')).statusCode).toBe(202)
  const refused = await signUp('203.0.113.7')
  expect([refused.statusCode, refused.json().reason]).toEqual([429, 'too_many_mails'])
  expect(refused.headers['retry-after']).toBe('3600')
  expect((await signUp('198.51.100.9')).statusCode).toBe(202)
  expect((await add(person, address)).statusCode).toBe(201)
  expect(house.mailbox.list(address)).toHaveLength(12)
  house.clock.advance(3600)
  expect((await signUp('203.0.113.7')).statusCode).toBe(202)
})

test('strangers get one address forty mails a day, from however many networks', async () => {
  const email = aConsumerAddress()
  const password = 'correct horse battery staple'
  const statuses: number[] = []
  for (let n = 0; n < 41; n++) {
    const browser = aBrowser(house, { ip: `203.0.${n}.1` })
    statuses.push((await browser.call('POST', '/api/auth/sign-up', { email, password })).statusCode)
  }
  expect(statuses.filter((status) => status === 202)).toHaveLength(40)
  expect(statuses.at(-1)).toBe(429)
})

test('somebody signed in has twenty codes mailed a day, to whichever addresses', async () => {
  const person = await aPerson(house)
  for (let n = 0; n < 20; n++) {
    const added = await add(person, aConsumerAddress())
    expect(added.statusCode).toBe(201)
    await person.call('DELETE', `/api/settings/emails/${added.json().email.id}`)
  }
  const refused = await add(person, aConsumerAddress())
  expect([refused.statusCode, refused.json().reason]).toEqual([429, 'too_many_mails'])
  expect(await list(person)).toHaveLength(1)
})
