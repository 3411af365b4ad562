import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../../test/browser.ts'
import { aPasskey, aTotp, type KeptPasskey, passPassword } from '../../../test/factors.ts'
import { aPerson, aStranger, type Caller, type Person } from '../../../test/people.ts'
import { aTeam, type Team } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

/** Whether somebody may act in a team. */
const actsIn = async ({ username }: Team, { call }: { call: Caller }) => {
  const reply = await call('GET', `/api/settings?owner=${username}`)
  return reply.statusCode === 200 ? 'acts' : reply.json().reason
}

const strictTeam = async (person: Person) => aTeam(house, [[person, 'owner']], { secondFactorRequired: true })

const byPasskey = async ({ assert }: KeptPasskey) => {
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/factors/passkeys/sign-in', { credential: await assert() })
  return browser
}

const bySecondFactor = async (person: Person, proof: object) => {
  const browser = aBrowser(house)
  await passPassword(person, browser)
  expect((await browser.call('POST', '/api/auth/factors/verify', proof)).json()).toEqual({ next: 'home' })
  return browser
}

test('a password alone does not act in a team that asks for a second factor, and does everywhere else', async () => {
  const person = await aPerson(house)
  const [strict, lenient] = [await strictTeam(person), await aTeam(house, [[person, 'owner']])]
  expect(await actsIn(strict, person)).toBe('second_factor_required')
  expect(await actsIn(lenient, person)).toBe('acts')
  expect((await person.call('GET', '/api/settings')).statusCode).toBe(200)
  for (const [method, path, body] of [
    ['POST', '/api/settings', { displayName: 'Changed' }],
    ['POST', '/api/settings', { secondFactorRequired: false }],
    ['GET', '/api/api-keys', undefined],
    ['POST', '/api/api-keys', {}],
    ['GET', '/api/activity', undefined],
    ['DELETE', '/api/settings/icon', undefined],
  ] as const) {
    const reply = await person.call(method, `${path}?owner=${strict.username}`, body)
    expect([reply.statusCode, reply.json().reason], `${method} ${path}`).toEqual([
      403,
      'second_factor_required',
    ])
  }
})

test('whoever has no part in the team is told nothing of what it asks', async () => {
  const team = await strictTeam(await aPerson(house))
  expect(await actsIn(team, await aPerson(house))).toBe('workspace_not_found')
  expect(await actsIn(team, { call: aStranger(house) })).toBe('authentication_required')
})

test('setting up an app lets the session act, and removing it ends that at once', async () => {
  const person = await aPerson(house)
  const team = await strictTeam(person)
  const app = await aTotp(house, person)
  const other = await bySecondFactor(person, { code: await app.code() })
  expect([await actsIn(team, person), await actsIn(team, other)]).toEqual(['acts', 'acts'])
  await person.call('DELETE', '/api/auth/factors/totp')
  expect([await actsIn(team, person), await actsIn(team, other)]).toEqual([
    'second_factor_required',
    'second_factor_required',
  ])
  expect((await other.call('GET', '/api/auth/factors')).json().sessionIsStrong).toBe(false)
})

test('removing a passkey ends the sessions it opened, weakens those it confirmed, and touches no others', async () => {
  const person = await aPerson(house)
  const team = await strictTeam(person)
  const [one, two] = [await aPasskey(person), await aPasskey(person)]
  const [first, second] = [await byPasskey(one), await byPasskey(two)]
  const confirmed = await bySecondFactor(person, { credential: await one.assert() })
  for (const browser of [first, second, confirmed]) expect(await actsIn(team, browser)).toBe('acts')
  await person.call('DELETE', `/api/auth/factors/passkeys/${one.id}`)
  expect(await actsIn(team, first)).toBe('authentication_required')
  expect(await actsIn(team, confirmed)).toBe('second_factor_required')
  expect(await actsIn(team, second)).toBe('acts')
})

test('a session that a recovery code opened acts until the last factor is gone', async () => {
  const person = await aPerson(house)
  const team = await strictTeam(person)
  const app = await aTotp(house, person)
  const passkey = await aPasskey(person)
  const browser = await bySecondFactor(person, { recoveryCode: app.recoveryCodes[0] })
  expect(await actsIn(team, browser)).toBe('acts')
  await person.call('DELETE', '/api/auth/factors/totp')
  expect(await actsIn(team, browser)).toBe('acts')
  await person.call('DELETE', `/api/auth/factors/passkeys/${passkey.id}`)
  expect(await actsIn(team, browser)).toBe('second_factor_required')
})

test('a key of the team goes on working, whatever its maker signed in with', async () => {
  const person = await aPerson(house)
  const team = await aTeam(house, [[person, 'owner']])
  const { key } = (await person.call('POST', `/api/api-keys?owner=${team.username}`, {})).json()
  await aTotp(house, person)
  await person.call('POST', `/api/settings?owner=${team.username}`, { secondFactorRequired: true })
  await person.call('DELETE', '/api/auth/factors/totp')
  expect(await actsIn(team, person)).toBe('second_factor_required')
  const byKey = await aStranger(house)('GET', '/api/settings', undefined, { authorization: `Bearer ${key}` })
  expect(byKey.json().username).toBe(team.username)
})

test('only somebody who signed in with a second factor asks it of a team, and from then on it holds for all', async () => {
  const [owner, editor] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [editor, 'editor'],
  ])
  const ask = (required: boolean) =>
    owner.call('POST', `/api/settings?owner=${team.username}`, { secondFactorRequired: required })
  const weak = await ask(true)
  expect([weak.statusCode, weak.json().reason]).toEqual([409, 'second_factor_missing'])
  expect(await actsIn(team, editor)).toBe('acts')

  await aTotp(house, owner)
  expect((await ask(true)).json()).toEqual({ success: true })
  expect(await actsIn(team, editor)).toBe('second_factor_required')
  const settings = await owner.call('GET', `/api/settings?owner=${team.username}`)
  expect(settings.json().secondFactorRequired).toBe(true)
  expect((await ask(true)).statusCode).toBe(200)
  house.clock.advance(1)
  expect((await ask(false)).statusCode).toBe(200)
  expect(await actsIn(team, editor)).toBe('acts')
  const { rows } = await house.cells.get('us-1').pool.query(
    `select metadata->>'required' as required from activity_events
     where workspace_id = $1 and metadata->>'change' = 'second_factor_required' order by id`,
    [team.id],
  )
  expect(rows).toEqual([{ required: 'true' }, { required: 'false' }])
})

test.each(['editor', 'viewer'] as const)('%s of a team cannot change what it asks', async (role) => {
  const [owner, member] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [member, role],
  ])
  await aTotp(house, member)
  const reply = await member.call('POST', `/api/settings?owner=${team.username}`, {
    secondFactorRequired: true,
  })
  expect([reply.statusCode, reply.json().reason]).toEqual([403, 'permission_denied'])
})

test.each([true, false])(
  'a key does not say whether its team asks for a second factor: %s',
  async (required) => {
    const person = await aPerson(house)
    const team = await aTeam(house, [[person, 'owner']])
    const made = await person.call('POST', `/api/api-keys?owner=${team.username}`, { scopes: ['admin'] })
    const reply = await aStranger(house)(
      'POST',
      '/api/settings',
      { secondFactorRequired: required },
      { authorization: `Bearer ${made.json().key}` },
    )
    expect([reply.statusCode, reply.json().reason]).toEqual([403, 'session_only'])
  },
)

test.each([true, false])('nobody asks it of themselves alone: %s is refused', async (required) => {
  const person = await aPerson(house)
  await aTotp(house, person)
  const reply = await person.call('POST', '/api/settings', { secondFactorRequired: required })
  expect([reply.statusCode, reply.json().reason]).toEqual([400, 'invalid_request'])
  expect((await person.call('GET', '/api/settings')).json()).not.toHaveProperty('secondFactorRequired')
})
