import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Region } from '#contract/common.ts'
import { type Change, expectToHold } from '../../test/holds.ts'
import { startThreeNodes, type ThreeNodes } from '../../test/nodes.ts'
import { aPerson, type Person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { addMember, aTeam } from '../../test/teams.ts'
import type { TestHouse } from '../../test/test-house.ts'

/* Whatever takes something from a session, on three nodes that all remember it. */

let three: ThreeNodes
let house: TestHouse
beforeAll(async () => {
  three = await startThreeNodes()
  house = three.house
})
afterAll(() => three.stop())
beforeEach(() => three.untilTrusted())

const regions: Region[] = ['us', 'eu', 'ap']

/** The house as requests that go to one of the nodes see it. */
const at = (n: number): TestHouse => {
  const app = three.apps[n % 3]
  if (!app) throw new Error('There are three nodes')
  return { ...house, http: app.http }
}

/** A person of whichever region, and a second session of theirs at another node. */
const withTwoSessions = async (n: number): Promise<[Person, Person]> => {
  const person = await aPerson(at(n), { region: regions[n] ?? 'us' })
  return [person, await signedInAgain(person, at(n + 1))]
}

const signedInAgain = async (person: Person, where: TestHouse): Promise<Person> => {
  const other = await aPerson(where)
  const { email, password, userId, username } = person
  const reply = await other.call('POST', '/api/auth/sign-in', { email, password })
  expect(reply.statusCode, reply.body).toBe(200)
  return Object.assign(other, { email, password, userId, username })
}

/** A team of an owner and a member of another region. */
const aTeamAt = async (n: number) => {
  const owner = await aPerson(at(n))
  const member = await aPerson(at(n), { region: 'eu' })
  const team = await aTeam(house, [
    [owner, 'owner'],
    [member, 'admin'],
  ])
  return { owner, member, team, named: `?owner=${team.username}` }
}

const changes: Record<string, (n: number) => Promise<Change>> = {
  async 'its sign-out'(n) {
    const person = await aPerson(at(n), { region: regions[n] ?? 'us' })
    const asker = { cookie: person.cookie }
    return {
      asker,
      change: () => person.call('POST', '/api/auth/sign-out'),
      outcome: '401 authentication_required',
    }
  },
  async 'another session that ends it'(n) {
    const [one, other] = await withTwoSessions(n)
    const { sessions } = (await one.call('GET', '/api/auth/sessions')).json()
    const id = sessions.find(({ current }: { current: boolean }) => current).id
    const asker = { cookie: one.cookie }
    return {
      asker,
      change: () => other.call('DELETE', `/api/auth/sessions/${id}`),
      outcome: '401 authentication_required',
    }
  },
  async 'signing out everywhere else'(n) {
    const [one, other] = await withTwoSessions(n)
    const asker = { cookie: one.cookie }
    return {
      asker,
      change: () => other.call('DELETE', '/api/auth/sessions'),
      outcome: '401 authentication_required',
    }
  },
  async 'another password'(n) {
    const [one, other] = await withTwoSessions(n)
    const body = { currentPassword: one.password, newPassword: 'another and a longer password' }
    return {
      asker: { cookie: one.cookie },
      change: () => other.call('POST', '/api/auth/password', body),
      outcome: '401 authentication_required',
    }
  },
  async 'a password set by a mailed link'(n) {
    const person = await aPerson(at(n), { region: regions[n] ?? 'us' })
    await person.call('POST', '/api/auth/password/forgot', { email: person.email })
    await house.runJobs()
    const link = /http\S+/.exec(house.mailbox.list(person.email)[0]?.text ?? '')?.[0] ?? ''
    const token = new URL(link).searchParams.get('token')
    const { call } = await aPerson(at(n + 1))
    return {
      asker: { cookie: person.cookie },
      change: () => call('POST', '/api/auth/password/reset', { token, password: 'another long password' }),
      outcome: '401 authentication_required',
    }
  },
  async 'a sign-in in the same browser'(n) {
    const person = await aPerson(at(n), { region: regions[n] ?? 'us' })
    const { cookie, email, password } = person
    const change = () => person.call('POST', '/api/auth/sign-in', { email, password })
    return { asker: { cookie }, change, outcome: '401 authentication_required' }
  },
  async 'another token, given when somebody proves who they are'(n) {
    const person = await aPerson(at(n), { region: regions[n] ?? 'us' })
    const { cookie, password } = person
    const change = () => person.call('POST', '/api/auth/reauthenticate', { password })
    return { asker: { cookie }, change, outcome: '401 authentication_required' }
  },
  async 'the demotion of its person'(n) {
    const { owner, member, team, named } = await aTeamAt(n)
    return {
      asker: { cookie: member.cookie, owner: team.username },
      change: () => owner.call('PATCH', `/api/members/${member.userId}${named}`, { role: 'viewer' }),
      outcome: '403 permission_denied',
    }
  },
  async 'the removal of its person'(n) {
    const { owner, member, team, named } = await aTeamAt(n)
    return {
      asker: { cookie: member.cookie, owner: team.username },
      change: () => owner.call('DELETE', `/api/members/${member.userId}${named}`),
      outcome: '404 workspace_not_found',
    }
  },
  async 'its person leaving'(n) {
    const { member, team, named } = await aTeamAt(n)
    return {
      asker: { cookie: member.cookie, owner: team.username },
      change: () => member.call('DELETE', `/api/members/${member.userId}${named}`),
      outcome: '404 workspace_not_found',
    }
  },
  async 'the deletion of the team'(n) {
    const owner = await aPerson(at(n))
    const { username } = await aTeam(house, [[owner, 'owner']])
    const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername: username }
    return {
      asker: { cookie: owner.cookie, owner: username },
      change: () => owner.call('POST', `/api/gdpr?owner=${username}`, body),
      outcome: '404 workspace_not_found',
    }
  },
  async 'the team asking for a second factor'(n) {
    const { owner, member, team, named } = await aTeamAt(n)
    const { rowCount } = await house.cells
      .get('us-1')
      .pool.query(`update sessions set second_factor = 'totp' where user_id = $1`, [owner.userId])
    expect(rowCount).toBe(1)
    return {
      asker: { cookie: member.cookie, owner: team.username },
      change: () => owner.call('POST', `/api/settings${named}`, { secondFactorRequired: true }),
      outcome: '403 second_factor_required',
    }
  },
  async 'another workspace that it acts in'(n) {
    const { member, team } = await aTeamAt(n)
    return {
      asker: { cookie: member.cookie },
      change: () => member.call('POST', '/api/auth/workspace', { username: team.username }),
      outcome: '200 admin',
    }
  },
}

for (const [name, prepare] of Object.entries(changes))
  test(`${name} holds on every node from the moment of the reply, three times over`, () =>
    expectToHold(three, prepare))

const isHeartbeat = (sql: string): boolean => /gate_nodes|pg_notify|^listen/.test(sql)

test('a session that a node knows costs no statement, in whichever workspace it acts', async () => {
  const { member, team } = await aTeamAt(0)
  let freeRounds = 0
  for (let round = 0; round < 100; round++) {
    const statements = await statementsOf(async () => {
      for (const asker of [{ cookie: member.cookie }, { cookie: member.cookie, owner: team.username }])
        for (const answer of await three.askEverywhere(asker)) expect(answer).toMatch(/^200 /)
    })
    if (statements.filter((sql) => !isHeartbeat(sql)).length === 0) freeRounds++
    await new Promise(setImmediate)
  }
  // A busy machine may make a node miss its beats, and then it asks.
  expect(freeRounds).toBeGreaterThan(50)
})

test('a session used at one node alone stays alive, and one that nobody uses ends everywhere', async () => {
  const [one, other] = await withTwoSessions(0)
  const [used, unused] = [{ cookie: one.cookie }, { cookie: other.cookie }]
  for (const asker of [used, unused]) await three.askEverywhere(asker)
  const idle = house.config.sessionIdleSeconds
  for (let hours = 0; hours < 3; hours++) {
    house.clock.advance(idle / 2 - 1)
    expect((await at(1).http.inject(probeOf(one))).statusCode).toBe(200)
  }
  expect(await three.askEverywhere(used)).toEqual(Array(3).fill('200 owner'))
  expect(await three.askEverywhere(unused)).toEqual(Array(3).fill('401 authentication_required'))
})

const probeOf = ({ cookie }: Person) => ({
  method: 'GET' as const,
  url: '/api/test/role',
  headers: { host: 'localhost:3000', cookie: `gatehouse_session=${cookie}` },
})

test('a session ends with its absolute age on nodes that remember it', async () => {
  const person = await aPerson(house)
  const asker = { cookie: person.cookie }
  const days = house.config.sessionAbsoluteSeconds / (house.config.sessionIdleSeconds / 2)
  for (let half = 0; half < days - 1; half++) {
    house.clock.advance(house.config.sessionIdleSeconds / 2)
    expect(await three.askEverywhere(asker)).toEqual(Array(3).fill('200 owner'))
  }
  house.clock.advance(house.config.sessionIdleSeconds / 2)
  expect(await three.askEverywhere(asker)).toEqual(Array(3).fill('401 authentication_required'))
})

test('somebody who has just joined is a member on every node', async () => {
  for (const n of [0, 1, 2]) {
    const owner = await aPerson(at(n))
    const member = await aPerson(at(n + 1), { region: 'eu' })
    const { id, username } = await aTeam(house, [[owner, 'owner']])
    const asker = { cookie: member.cookie, owner: username }
    const { after } = await three.during(asker, async () => {
      await addMember(house, { id, cellId: 'us-1' }, member.userId, 'admin')
      await house.app.gate.settle({ id: 'us-1' })
    })
    expect(after).toEqual(['200 admin'])
  }
})
