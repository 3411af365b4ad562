import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser, aVerifiedBrowser, codeFor, password } from '../../../test/browser.ts'
import { dumpAll, holdersOf, holds } from '../../../test/dump.ts'
import { aPerson } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

let made = 0
const aVerified = () => aVerifiedBrowser(house, `verified-${++made}@personal.example`)
const profile = (username: string, more = {}) => ({
  username,
  displayName: 'Some Body',
  region: 'us',
  ...more,
})

const usersIn = async (cellId: string): Promise<number> =>
  (await house.cells.get(cellId).pool.query('select count(*)::int as n from users')).rows[0].n
const allUsers = async () =>
  (await Promise.all(['us-1', 'eu-1', 'ap-1'].map(usersIn))).reduce((sum, n) => sum + n, 0)

test('onboarding before the address is proved is refused, and creates nothing', async () => {
  const browser = aBrowser(house)
  const before = await allUsers()
  expect((await browser.call('POST', '/api/onboarding', profile('too-early'))).statusCode).toBe(401)
  await browser.call('POST', '/api/auth/sign-up', { email: 'early@personal.example', password })
  const refused = await browser.call('POST', '/api/onboarding', profile('too-early'))
  expect(refused.statusCode).toBe(403)
  expect(refused.json()).toMatchObject({ reason: 'email_unverified', error: 'Verify your email to continue' })
  expect(await allUsers()).toBe(before)
})

test('the cookie from before the address was proved opens no account afterwards', async () => {
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/sign-up', { email: 'earlier@personal.example', password })
  const unproved = browser.cookies()
  await browser.call('POST', '/api/auth/verify', { code: codeFor(house, 'earlier@personal.example') })
  const refused = await browser.call('POST', '/api/onboarding', profile('with-old-one'), { cookie: unproved })
  expect(refused.statusCode).toBe(403)
})

test('onboarding a second time with the same sign-up is refused', async () => {
  const browser = await aVerified()
  const cookie = browser.cookies()
  expect((await browser.call('POST', '/api/onboarding', profile('only-once'))).statusCode).toBe(201)
  for (const username of ['only-once', 'second-time']) {
    const again = await browser.call('POST', '/api/onboarding', profile(username), { cookie })
    expect([again.statusCode, again.json().reason]).toEqual([409, 'already_onboarded'])
  }
})

test('somebody signed in is told that their account is set up, and a lapsed session is nobody', async () => {
  const browser = await aVerified()
  await browser.call('POST', '/api/onboarding', profile('signed-in'))
  const again = await browser.call('POST', '/api/onboarding', profile('signed-in-again'))
  expect([again.statusCode, again.json().reason]).toEqual([409, 'already_onboarded'])
  const cookie = browser.cookies()
  await browser.call('POST', '/api/auth/sign-out')
  const nobody = await browser.call('POST', '/api/onboarding', profile('signed-in-again'), { cookie })
  expect([nobody.statusCode, nobody.json().reason]).toEqual([401, 'sign_up_not_started'])
})

test('the same sign-up finished many times at once gives one account', async () => {
  const browser = await aVerified()
  const cookie = browser.cookies()
  const before = await allUsers()
  const regions = ['us', 'eu', 'ap', 'us', 'eu', 'ap']
  const replies = await Promise.all(
    regions.map((region, n) =>
      browser.call('POST', '/api/onboarding', profile(`at-once-${n}`, { region }), { cookie }),
    ),
  )
  expect(replies.map((reply) => reply.statusCode).sort()).toEqual([201, 409, 409, 409, 409, 409])
  expect(await allUsers()).toBe(before + 1)
})

test('two people who want one username at the same moment: one gets it, the other chooses anew', async () => {
  const browsers = await Promise.all([aVerified(), aVerified()])
  const regions = ['us', 'eu']
  const replies = await Promise.all(
    browsers.map((browser, n) =>
      browser.call('POST', '/api/onboarding', profile('wanted-name', { region: regions[n] })),
    ),
  )
  expect(replies.map((reply) => reply.statusCode).sort()).toEqual([201, 409])
  const loser = replies.findIndex((reply) => reply.statusCode === 409)
  expect(replies[loser]?.json()).toMatchObject({
    reason: 'username_taken',
    error: 'Username is already taken',
  })
  const again = await browsers[loser]!.call('POST', '/api/onboarding', profile('other-name'))
  expect(again.statusCode).toBe(201)
})

test('two sign-ups of one address at once give one account', async () => {
  const email = 'twice@personal.example'
  const [one, two] = [aBrowser(house), aBrowser(house)]
  await one.call('POST', '/api/auth/sign-up', { email, password })
  await one.call('POST', '/api/auth/verify', { code: codeFor(house, email) })
  await two.call('POST', '/api/auth/sign-up', { email, password })
  await two.call('POST', '/api/auth/verify', { code: codeFor(house, email) })
  const replies = await Promise.all([
    one.call('POST', '/api/onboarding', profile('twice-one', { region: 'us' })),
    two.call('POST', '/api/onboarding', profile('twice-two', { region: 'ap' })),
  ])
  expect(replies.map((reply) => reply.statusCode).sort()).toEqual([201, 409])
  expect(replies.find((reply) => reply.statusCode === 409)?.json().reason).toBe('already_onboarded')
})

test.each([
  ['a taken username', { username: 'already-mine' }, 409, 'username_taken'],
  ['a reserved username', { username: 'settings' }, 400, 'invalid_request'],
  ['a username of a page', { username: 'sign-in' }, 400, 'invalid_request'],
  ['a username too short', { username: 'abc' }, 400, 'invalid_request'],
  ['a username with capitals', { username: 'Capital' }, 400, 'invalid_request'],
  ['a username with two hyphens in a row', { username: 'two--hyphens' }, 400, 'invalid_request'],
  ['no display name', { displayName: '   ' }, 400, 'invalid_request'],
  ['a display name too long', { displayName: 'x'.repeat(101) }, 400, 'invalid_request'],
  ['a use case that is not on the list', { useCase: 'World domination' }, 400, 'invalid_request'],
  ['an unknown region', { region: 'mars' }, 400, 'invalid_request'],
  ['an unknown promo code', { promoCode: 'FREE-MONEY' }, 404, 'promo_code_not_found'],
  ['a field nobody asked for', { plan: 'enterprise' }, 400, 'invalid_request'],
])('%s is refused, nothing is stored, and the sign-up goes on', async (_what, wrong, status, reason) => {
  if (!(await house.directory.isTaken(house.directory.guessable('username', 'already-mine'))))
    await aPerson(house, { username: 'already-mine' })
  const browser = await aVerified()
  const before = await allUsers()
  const username = `goes-on-${made}`
  const refused = await browser.call('POST', '/api/onboarding', profile(username, wrong))
  expect([refused.statusCode, refused.json().reason]).toEqual([status, reason])
  expect(await allUsers()).toBe(before)
  expect(await holdersOf(house, username)).toEqual([])
  expect((await browser.call('POST', '/api/onboarding', profile(username))).statusCode).toBe(201)
})

test('a region this installation does not offer is refused, and its instance page does not name it', async () => {
  const smaller = await startTestHouse()
  const { forNewAccount } = smaller.cells
  const cells = Object.assign(smaller.cells, { regions: ['us', 'ap'] })
  cells.forNewAccount = (region) => (region === 'eu' ? undefined : forNewAccount(region))
  const browser = await aVerifiedBrowser(smaller, 'far@personal.example')
  expect((await browser.call('GET', '/api/instance')).json().regions).toEqual(['us', 'ap'])
  const refused = await browser.call('POST', '/api/onboarding', profile('far-away', { region: 'eu' }))
  expect([refused.statusCode, refused.json().reason]).toEqual([409, 'region_unavailable'])
  expect(
    (await browser.call('POST', '/api/onboarding', profile('far-away', { region: 'ap' }))).statusCode,
  ).toBe(201)
  await smaller.stop()
})

test('the account lives in the chosen cell only; the directory and the other cells know nothing of the person', async () => {
  const email = 'resident.of.europe@personal.example'
  const userAgent = 'Unmistakable Browser 47.11'
  const ip = '203.0.113.77'
  const browser = aBrowser(house, { ip, userAgent })
  await browser.call('POST', '/api/auth/sign-up', { email, password })
  await browser.call('POST', '/api/auth/verify', { code: codeFor(house, email) })
  const done = await browser.call('POST', '/api/onboarding', {
    username: 'resident-of-europe',
    displayName: 'Resident Jane Doe',
    company: 'Unmistakable Company',
    region: 'eu',
  })
  expect(done.statusCode).toBe(201)
  await browser.call('POST', '/api/api-keys', { name: 'Unmistakable key name' })
  await browser.call('POST', '/api/settings', { bio: 'An unmistakable biography' })
  await browser.call('POST', '/api/auth/password/forgot', { email })
  await house.runJobs()
  await browser.call('POST', '/api/auth/sign-in', { email, password })
  const { id } = done.json().user

  const dumps = await dumpAll(house)
  const personal = [
    email,
    'resident.of.europe',
    'resident-of-europe',
    'Resident Jane Doe',
    'Unmistakable',
    'unmistakable biography',
    userAgent,
    ip,
  ]
  for (const store of ['directory', 'us-1', 'ap-1'])
    for (const text of personal) expect(holds(dumps[store]!, text), `${text} in ${store}`).toBe(false)
  for (const store of ['us-1', 'ap-1']) expect(dumps[store], store).not.toContain(id)
  // The search itself works: what a public page shows is found where it belongs.
  for (const text of ['resident-of-europe', 'Resident Jane Doe', 'unmistakable biography', id])
    expect(holds(dumps['eu-1']!, text), text).toBe(true)
  // The address, the client and every secret are sealed or hashed even at home.
  for (const text of [email, 'resident.of.europe', userAgent, ip, password])
    expect(holds(dumps['eu-1']!, text), text).toBe(false)
})

test('a promo code and a referral code that are empty count as none', async () => {
  const browser = await aVerified()
  const done = await browser.call(
    'POST',
    '/api/onboarding',
    profile('no-codes', { promoCode: '', referralCode: '' }),
  )
  expect(done.statusCode).toBe(201)
})

test('when the cell fails the name and address are free again, and the same sign-up succeeds later', async () => {
  const browser = await aVerified()
  const cell = house.cells.get('ap-1')
  await cell.pool.query('alter table profiles rename to profiles_away')
  const failed = await browser.call('POST', '/api/onboarding', profile('try-again', { region: 'ap' }))
  expect(failed.statusCode).toBe(500)
  await cell.pool.query('alter table profiles_away rename to profiles')
  const done = await browser.call('POST', '/api/onboarding', profile('try-again', { region: 'ap' }))
  expect(done.statusCode).toBe(201)
})

test.each(['40P01', '40001', '57014'])(
  'when the cell says that it rolled back (%s), the name and address are free at once',
  async (code) => {
    const browser = await aVerified()
    const cell = house.cells.get('ap-1')
    await cell.pool.query(`
    create function fail() returns trigger language plpgsql as
      $$ begin raise exception 'in the way' using errcode = '${code}'; end $$;
    create trigger fail before insert on sessions for each row execute function fail()`)
    const username = `rolled-back-${code.toLowerCase()}`
    const failed = await browser.call('POST', '/api/onboarding', profile(username, { region: 'ap' }))
    await cell.pool.query('drop function fail cascade')
    expect([failed.statusCode, failed.json().reason]).toEqual([503, 'store_unavailable'])
    const done = await browser.call('POST', '/api/onboarding', profile(username, { region: 'ap' }))
    expect(done.statusCode).toBe(201)
  },
)

test.each([
  ['free-name', { available: true, username: 'free-name' }],
  ['settings', { available: false, username: 'settings', problem: 'reserved', suggestion: 'settings-2' }],
  ['Abc', { available: false, username: 'Abc', problem: 'malformed' }],
  ['', { available: false, username: '', problem: 'malformed' }],
  ['taken-name', { available: false, username: 'taken-name', problem: 'taken', suggestion: 'taken-name-3' }],
])('the check of the username %j answers as the form needs it', async (username, answer) => {
  if (username === 'taken-name')
    for (const name of ['taken-name', 'taken-name-2']) await aPerson(house, { username: name })
  const url = `/api/username/check?username=${username}&suggest=true`
  expect((await aBrowser(house).call('GET', url)).json()).toEqual(answer)
})

test("the operator's reserved usernames are refused like the platform's own", async () => {
  const strict = await startTestHouse({ config: { reservedUsernames: new Set(['acme-corp']) } })
  const browser = await aVerifiedBrowser(strict, 'acme@personal.example')
  const check = await browser.call('GET', '/api/username/check?username=acme-corp')
  expect(check.json()).toEqual({ available: false, username: 'acme-corp', problem: 'reserved' })
  expect((await browser.call('POST', '/api/onboarding', profile('acme-corp'))).statusCode).toBe(400)
  await strict.stop()
})
