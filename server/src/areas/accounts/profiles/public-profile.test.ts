import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aKey, aPerson, aStranger, type Caller, type Person } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const show = (call: Caller, username: string) => call('GET', `/api/users?username=${username}`)
const userOf = async (call: Caller, { username }: { username: string }) =>
  (await show(call, username)).json().user
const follow = ({ call }: { call: Caller }, { username }: { username: string }, followed = true) =>
  call('PATCH', '/api/users', { username, followed })

test('everybody sees what a person has filled in, and nothing else', async () => {
  const person = await aPerson(house, { region: 'eu' })
  expect(await userOf(aStranger(house), person)).toEqual({
    username: person.username,
    fullName: `Person ${person.username}`,
    accountType: 'personal',
    followerCount: 0,
    isFollowed: false,
  })
  await person.call('POST', '/api/settings', {
    bio: 'Looks at pictures all day.',
    company: 'Acme',
    useCase: 'Agriculture',
    github: '@acme',
    website: '',
    iconColor: '#4c6ef5',
    iconLetter: 'A',
  })
  const shown = await userOf(aStranger(house), person)
  expect(shown).toEqual({
    username: person.username,
    fullName: `Person ${person.username}`,
    accountType: 'personal',
    bio: 'Looks at pictures all day.',
    company: 'Acme',
    useCase: 'Agriculture',
    socials: { github: 'acme' },
    iconColor: '#4c6ef5',
    iconLetter: 'A',
    followerCount: 0,
    isFollowed: false,
  })
})

test('a team has a public profile too', async () => {
  const team = await aTeam(house, [[await aPerson(house), 'owner']])
  expect(await userOf(aStranger(house), team)).toMatchObject({ fullName: 'The team', accountType: 'team' })
})

test.each(['nobody-has-this', 'x', 'Capital', 'a--b', '../etc', 'settings'])(
  'the unknown name %s is not found',
  async (username) => {
    const person = await aPerson(house)
    const shown = await show(person.call, encodeURIComponent(username))
    expect([shown.statusCode, shown.json().reason]).toEqual([404, 'user_not_found'])
    const followed = await follow(person, { username })
    expect([followed.statusCode, followed.json().reason]).toEqual([404, 'user_not_found'])
  },
)

test('following counts each person once, across regions, and says so to whoever looks', async () => {
  const followed = await aPerson(house, { region: 'ap' })
  const [one, two] = [await aPerson(house), await aPerson(house, { region: 'eu' })]
  expect((await follow(one, followed)).json()).toEqual({ followed: true, followerCount: 1 })
  expect((await follow(one, followed)).json()).toEqual({ followed: true, followerCount: 1 })
  expect((await follow(two, followed)).json()).toEqual({ followed: true, followerCount: 2 })
  const seen = async (call: Caller) => {
    const { followerCount, isFollowed } = await userOf(call, followed)
    return [followerCount, isFollowed]
  }
  expect([await seen(one.call), await seen(followed.call), await seen(aStranger(house))]).toEqual([
    [2, true],
    [2, false],
    [2, false],
  ])
  for (let n = 0; n < 2; n++)
    expect((await follow(one, followed, false)).json()).toEqual({ followed: false, followerCount: 1 })
  expect(await seen(one.call)).toEqual([1, false])
})

test('following fifteen times at once counts once', async () => {
  const [person, followed] = [await aPerson(house), await aPerson(house)]
  expect(tally(await atOnce(15, () => follow(person, followed)))).toEqual({ 200: 15 })
  expect((await userOf(person.call, followed)).followerCount).toBe(1)
})

test('nobody follows themselves', async () => {
  const person = await aPerson(house)
  for (const followed of [true, false]) {
    const reply = await follow(person, person, followed)
    expect([reply.statusCode, reply.json().reason]).toEqual([400, 'cannot_follow_self'])
  }
})

test('a key reads with the scope read and follows with the scope write', async () => {
  const [person, followed] = [await aPerson(house), await aPerson(house)]
  const [reader, writer] = [
    await aKey(house, person, { scopes: ['read'] }),
    await aKey(house, person, { scopes: ['write'] }),
  ]
  expect((await show(reader.call, followed.username)).statusCode).toBe(200)
  const refused = await follow(reader, followed)
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'scope_missing'])
  expect((await follow(writer, followed)).json()).toEqual({ followed: true, followerCount: 1 })
  expect((await userOf(person.call, followed)).isFollowed).toBe(true)
  const unread = await show(writer.call, followed.username)
  expect([unread.statusCode, unread.json().reason]).toEqual([403, 'scope_missing'])
})

test('nobody follows without an account, from another site, or with something that is no name', async () => {
  const [person, followed] = [await aPerson(house), await aPerson(house)]
  const { username } = followed
  expect((await follow({ call: aStranger(house) }, followed)).statusCode).toBe(401)
  const foreign = await person.call(
    'PATCH',
    '/api/users',
    { username, followed: true },
    { origin: 'https://evil.example' },
  )
  expect([foreign.statusCode, foreign.json().reason]).toEqual([403, 'cross_origin'])
  for (const body of [{ username }, { username, followed: 'yes' }, { username: 7, followed: true }, {}])
    expect((await person.call('PATCH', '/api/users', body)).statusCode).toBe(400)
})

test('a key that is not live is refused rather than read as a stranger', async () => {
  const followed: Person = await aPerson(house)
  const authorization = `Bearer ul_${'0'.repeat(40)}`
  const reply = await aStranger(house)('GET', `/api/users?username=${followed.username}`, undefined, {
    authorization,
  })
  expect([reply.statusCode, reply.json().reason]).toEqual([401, 'invalid_api_key'])
})
