import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../../test/browser.ts'
import { aPasskey, aTotp } from '../../../../test/factors.ts'
import { aPerson } from '../../../../test/people.ts'
import { statementsOf } from '../../../../test/statements.ts'
import type { TestHouse } from '../../../../test/test-house.ts'
import { beSomebody, type ProviderHouse, startProviderHouse, visitProvider } from '../../../../test/visits.ts'

/* A stranger who wonders whether an address has an account gets the same answer either way, and it costs the stores the same statements:
   no stopwatch tells more than they do. */

let started: ProviderHouse
let house: TestHouse

beforeAll(async () => {
  started = await startProviderHouse()
  house = started.house
})
afterAll(() => started.stop())

const password = 'correct horse battery staple'
let made = 0

/** Two addresses alike in length and letters, the first of which has an account with everything set up. */
const knownAndUnknown = async (region: 'us' | 'eu' | 'ap') => {
  const number = `${++made}`.padStart(3, '0')
  const known = `somebody.a${number}@personal.example`
  const person = await aPerson(house, { email: known, region })
  await aTotp(house, person)
  await aPasskey(person)
  await house.runJobs()
  return [known, `somebody.b${number}@personal.example`] as const
}

/** What a client can see of a reply, without what differs from one request to the next. */
const visible = (reply: LightMyRequestResponse) => {
  const { ...headers } = reply.headers
  for (const name of ['date', 'x-request-id', 'x-ratelimit-remaining', 'set-cookie']) delete headers[name]
  const cookies = reply.cookies.map(({ name, value, ...flags }) => ({ name, length: value.length, ...flags }))
  const body = reply.body.startsWith('{') ? { ...reply.json(), requestId: '' } : reply.body
  return { status: reply.statusCode, headers, cookies, body }
}

/** The reply and the statements it took. Addresses of expiry and identifiers travel as parameters, so the texts are comparable. */
const observe = async (ask: () => Promise<LightMyRequestResponse>) => {
  let reply: LightMyRequestResponse | undefined
  const statements = await statementsOf(async () => {
    reply = await ask()
  })
  return { reply: visible(reply!), statements }
}

type Ask = (email: string) => Promise<LightMyRequestResponse>

const asks: [string, Ask][] = [
  [
    'sign-in',
    (email) => aBrowser(house).call('POST', '/api/auth/sign-in', { email, password: 'a wrong password' }),
  ],
  ['sign-up', (email) => aBrowser(house).call('POST', '/api/auth/sign-up', { email, password })],
  ['a forgotten password', (email) => aBrowser(house).call('POST', '/api/auth/password/forgot', { email })],
]

test.each(asks)('%s answers alike to an address with an account and one without', async (_what, ask) => {
  for (const region of ['us', 'eu', 'ap'] as const) {
    const [known, unknown] = await knownAndUnknown(region)
    await ask(`warm.up.${made}@personal.example`)
    const [one, two] = [await observe(() => ask(known)), await observe(() => ask(unknown))]
    expect(one.statements.length).toBeGreaterThan(0)
    expect(two).toEqual(one)
  }
})

test('an address that somebody else has is added like any other', async () => {
  const [known, unknown] = await knownAndUnknown('us')
  const person = await aPerson(house)
  const ask: Ask = (email) => person.call('POST', '/api/settings/emails', { email })
  await ask(`warm.up.${made}@personal.example`)
  const [one, two] = [await observe(() => ask(known)), await observe(() => ask(unknown))]
  const blank = (seen: typeof one, address: string) => {
    const text = JSON.stringify(seen).replaceAll(address, 'address')
    return text.replaceAll(/"id":"[0-9a-f]{24}"/g, '"id":""')
  }
  expect(blank(two, unknown)).toBe(blank(one, known))
  for (const address of [known, unknown])
    expect(house.mailbox.list(address)[0]?.subject).toBe('Confirm this address for Gatehouse')
})

test.each(['google', 'github'] as const)(
  'whoever comes from %s with an address that was not checked is treated alike',
  async (provider) => {
    const [known, unknown] = await knownAndUnknown('us')
    const seen = []
    for (const email of [`warm.up.${made}@personal.example`, known, unknown]) {
      beSomebody(started, email, { verified: false, subject: `stranger of ${email}` })
      const { call } = aBrowser(house)
      const callback = await visitProvider(call, provider)
      seen.push(await observe(() => call('GET', callback)))
    }
    expect(seen[1]?.reply.headers.location).toBe('/verify')
    expect(seen[2]).toEqual(seen[1])
  },
)

test('a sign-up with a known address goes on like another: its code is wrong, and another may be asked for', async () => {
  const [known, unknown] = await knownAndUnknown('us')
  const [one, two] = [aBrowser(house), aBrowser(house)]
  await one.call('POST', '/api/auth/sign-up', { email: known, password })
  await two.call('POST', '/api/auth/sign-up', { email: unknown, password })
  for (const [path, body] of [
    ['/api/auth/verify', { code: '000000' }],
    ['/api/auth/verify/resend', undefined],
  ] as const) {
    house.clock.advance(61)
    const [first, second] = [
      await observe(() => one.call('POST', path, body)),
      await observe(() => two.call('POST', path, body)),
    ]
    expect(second, path).toEqual(first)
  }
  const standing = async ({ call }: typeof one) => ({
    ...(await call('GET', '/api/auth/sign-up')).json(),
    email: '',
  })
  expect(await standing(two)).toEqual(await standing(one))
})

test('each address hears of it alike: one mail, whether or not it has an account', async () => {
  const [known, unknown] = await knownAndUnknown('us')
  const before = house.mailbox.list(known).length
  for (const email of [known, unknown])
    await aBrowser(house).call('POST', '/api/auth/sign-up', { email, password })
  await house.runJobs()
  expect([house.mailbox.list(known).length - before, house.mailbox.list(unknown).length]).toEqual([1, 1])
})

test('a wrong password is answered alike by an account with a second factor and by one without', async () => {
  const [strong] = await knownAndUnknown('us')
  const { email: plain } = await aPerson(house, { email: `plain.account.${made}@personal.example` })
  const ask: Ask = (email) =>
    aBrowser(house).call('POST', '/api/auth/sign-in', { email, password: 'a wrong password' })
  const [one, two] = [await observe(() => ask(strong)), await observe(() => ask(plain))]
  expect(two).toEqual(one)
})

test('after ten failures each a known and an unknown address are locked alike', async () => {
  const [known, unknown] = await knownAndUnknown('us')
  const ask: Ask = (email) =>
    aBrowser(house, { ip: '10.9.9.9' }).call('POST', '/api/auth/sign-in', {
      email,
      password: 'a wrong password',
    })
  for (let n = 0; n < 10; n++) for (const email of [known, unknown]) await ask(email)
  const [one, two] = [await observe(() => ask(known)), await observe(() => ask(unknown))]
  expect(one.reply.status).toBe(429)
  expect(two).toEqual(one)
})
