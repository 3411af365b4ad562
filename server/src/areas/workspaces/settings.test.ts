import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Role, scopes } from '#contract/permissions.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../test/people.ts'
import { addMember, aTeam } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const updatesOf = async (person: Person) =>
  (await person.call('GET', '/api/activity'))
    .json()
    .events.filter(
      (event: { resourceType: string; action: string }) =>
        `${event.resourceType}/${event.action}` === 'settings/updated',
    )

test('the profile has every field of the specification', async () => {
  const person = await aPerson(house, { region: 'eu' })
  expect((await person.call('GET', '/api/settings')).json()).toEqual({
    displayName: `Person ${person.username}`,
    company: '',
    useCase: '',
    bio: '',
    socials: {},
    plan: 'free',
    username: person.username,
    email: person.email,
    imageUrl: null,
    accountType: 'personal',
    region: 'eu',
  })
})

test('any live key reads the profile, whatever its scopes, in any region', async () => {
  for (const region of ['us', 'eu', 'ap'] as const) {
    const person = await aPerson(house, { region })
    for (const chosen of [undefined, ...scopes.map((scope) => [scope])]) {
      const key = await aKey(house, person, chosen ? { scopes: chosen } : {})
      const reply = await key.call('GET', '/api/settings')
      expect([reply.statusCode, reply.json().username], String(chosen)).toEqual([200, person.username])
    }
  }
})

test('a save changes what it names and leaves the rest, and the event holds before and after', async () => {
  const person = await aPerson(house)
  const save = (fields: object) => person.call('POST', '/api/settings', fields)
  expect((await save({ company: 'Acme', github: 'octocat' })).json()).toEqual({ success: true })
  expect(
    (await save({ bio: 'Ten letters or more', useCase: 'Agriculture', iconColor: '#4c6ef5' })).statusCode,
  ).toBe(200)
  expect(
    (await save({ company: ' Better Acme ', website: 'example.com', iconLetter: 'BA' })).statusCode,
  ).toBe(200)
  expect((await person.call('GET', '/api/settings')).json()).toMatchObject({
    displayName: `Person ${person.username}`,
    company: 'Better Acme',
    bio: 'Ten letters or more',
    useCase: 'Agriculture',
    iconColor: '#4c6ef5',
    iconLetter: 'BA',
    socials: { github: 'octocat', website: 'example.com' },
  })
  const [newest] = await updatesOf(person)
  expect(newest).toMatchObject({
    userId: person.userId,
    resourceName: 'Profile',
    metadata: {
      before: { company: 'Acme', website: '', iconLetter: '' },
      after: { company: 'Better Acme', website: 'example.com', iconLetter: 'BA' },
    },
  })
  expect(Object.keys(newest.metadata.before).sort()).toEqual(['company', 'iconLetter', 'website'])
})

test('a save that changes nothing writes no event', async () => {
  const person = await aPerson(house)
  await person.call('POST', '/api/settings', { company: 'Acme', discord: 'acme' })
  for (const fields of [{}, { company: 'Acme' }, { company: ' Acme ', discord: 'acme', bio: '' }])
    expect((await person.call('POST', '/api/settings', fields)).statusCode).toBe(200)
  expect(await updatesOf(person)).toHaveLength(1)
})

test('fields can be emptied again, the display name excepted', async () => {
  const person = await aPerson(house)
  const full = {
    company: 'Acme',
    bio: 'Ten letters or more',
    useCase: 'Agriculture',
    github: 'a',
    iconColor: 'teal',
  }
  await person.call('POST', '/api/settings', full)
  const empty = { company: '', bio: '', useCase: '', github: '', iconColor: '' }
  expect((await person.call('POST', '/api/settings', empty)).statusCode).toBe(200)
  const { company, bio, useCase, socials, iconColor } = (await person.call('GET', '/api/settings')).json()
  expect({ company, bio, useCase, github: socials.github, iconColor: iconColor ?? '' }).toEqual(empty)
  expect((await person.call('POST', '/api/settings', { displayName: ' ' })).statusCode).toBe(400)
})

test('saves made at once all hold, and each event tells a change that happened', async () => {
  const person = await aPerson(house)
  await Promise.all([
    ...['github', 'linkedin', 'twitter', 'youtube', 'scholar', 'discord', 'website'].map((field) =>
      person.call('POST', '/api/settings', { [field]: `my-${field}.example` }),
    ),
    person.call('POST', '/api/settings', { company: 'Acme' }),
  ])
  const { socials, company } = (await person.call('GET', '/api/settings')).json()
  expect(Object.keys(socials)).toHaveLength(7)
  expect(company).toBe('Acme')
  expect(await updatesOf(person)).toHaveLength(8)
})

test.each([
  [{ username: 'new-name' }],
  [{ plan: 'enterprise' }],
  [{ region: 'eu' }],
  [{ displayName: 'x'.repeat(101) }],
  [{ company: 'x'.repeat(101) }],
  [{ bio: 'too short' }],
  [{ bio: 'x'.repeat(501) }],
  [{ useCase: 'Something else' }],
  [{ iconLetter: 'ABC' }],
  [{ iconColor: 'url(https://evil.example)' }],
  [{ discord: 'x'.repeat(101) }],
  [{ github: 'x'.repeat(201) }],
  [{ displayName: null }],
  [{ socials: { github: 'a' } }],
])('%j is refused and changes nothing', async (fields) => {
  const person = await aPerson(house)
  const before = (await person.call('GET', '/api/settings')).body
  const reply = await person.call('POST', '/api/settings', { company: 'Acme', ...fields })
  expect([reply.statusCode, reply.json().code]).toEqual([400, 'VALIDATION_ERROR'])
  expect((await person.call('GET', '/api/settings')).body).toBe(before)
  expect(await updatesOf(person)).toEqual([])
})

test.each([
  ['owner', 200],
  ['admin', 200],
  ['editor', 403],
  ['viewer', 403],
] as const)('the role %s saving the profile of a team is answered %i', async (role, status) => {
  const owner = await aPerson(house)
  const member = role === 'owner' ? owner : await aPerson(house)
  const others: [Person, Role][] = role === 'owner' ? [] : [[member, role]]
  const team = await aTeam(house, [[owner, 'owner'], ...others])
  const url = `/api/settings?owner=${team.username}`
  expect((await member.call('POST', url, { displayName: 'Renamed' })).statusCode).toBe(status)
  expect((await owner.call('GET', url)).json().displayName).toBe(status === 200 ? 'Renamed' : 'The team')
  expect((await member.call('GET', '/api/settings')).json().username).toBe(member.username)
})

test("an admin of somebody's own workspace does not change who that person is", async () => {
  const [owner, admin] = [await aPerson(house), await aPerson(house)]
  await addMember(house, { id: owner.userId, cellId: 'us-1' }, admin.userId, 'admin')
  const url = `?owner=${owner.username}`
  const saved = await admin.call('POST', `/api/settings${url}`, { displayName: 'Renamed' })
  expect([saved.statusCode, saved.json().reason]).toEqual([403, 'permission_denied'])
  expect(saved.json().hint).toContain(owner.username)
  expect((await admin.call('DELETE', `/api/settings/icon${url}`)).statusCode).toBe(403)
  expect((await owner.call('GET', '/api/settings')).json().displayName).toBe(`Person ${owner.username}`)
})

test('somebody else, nobody and a key without the admin scope change nothing', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const url = `/api/settings?owner=${person.username}`
  const plain = await aKey(house, person)
  expect((await other.call('POST', url, { displayName: 'Theirs' })).statusCode).toBe(404)
  expect((await aStranger(house)('POST', '/api/settings', { displayName: 'Theirs' })).statusCode).toBe(401)
  expect((await plain.call('POST', '/api/settings', { displayName: 'Theirs' })).statusCode).toBe(403)
  expect(await updatesOf(person)).toEqual([])
  const admin = await aKey(house, person, { scopes: ['admin'] })
  expect((await admin.call('POST', '/api/settings', { displayName: 'By key' })).statusCode).toBe(200)
  expect((await updatesOf(person))[0].metadata).toMatchObject({
    apiKeyId: admin.keyId,
    keyPrefix: admin.key.slice(0, 11),
    after: { displayName: 'By key' },
  })
})
