import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

/* Everybody does something to one team at the same moment, round after round. Nobody can say beforehand who comes first; but whatever
   happened, cell and directory tell one story afterwards. */

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

const seats = 5
const regions = ['eu', 'us', 'ap', 'us', 'eu', 'ap', 'us'] as const
const person = fc.nat({ max: regions.length - 1 })
const kinds = [
  'invite',
  'invite',
  'accept',
  'accept',
  'cancel',
  'resend',
  'change',
  'change',
  'remove',
  'leave',
  'hand over',
  'hand over',
  'key',
] as const
const anyAct = fc.record({
  does: fc.constantFrom(...kinds),
  actor: person,
  target: person,
  role: fc.constantFrom('admin', 'editor', 'viewer'),
})
type Act = typeof anyAct extends fc.Arbitrary<infer T> ? T : never

type World = {
  team: Team
  people: readonly Person[]
  /** By number. */
  members: readonly number[]
  /** The newest link mailed to each person outside, and the invites that are pending. */
  tokens: ReadonlyMap<number, string>
  inviteIds: readonly string[]
}

/** One of `among`, by a number of any size. */
const pick = (among: readonly number[], n: number): number => among[n % among.length] ?? 0

/** Acts are of those who could do them before the round began, and about those whom they concerned then. */
const perform = ({ team, people, members, tokens, inviteIds }: World, { does, actor, target, role }: Act) => {
  const outside = [...people.keys()].filter((n) => !members.includes(n))
  const { call, userId } = people[does === 'accept' ? pick([...tokens.keys()], actor) : pick(members, actor)]!
  const other = people[pick(does === 'invite' ? outside : members, target)]!
  const at = (path: string) => `${path}?owner=${team.username}`
  const inviteId = inviteIds[target % Math.max(1, inviteIds.length)] ?? 'none'
  switch (does) {
    case 'invite':
      return call('POST', at('/api/members'), { email: other.email, role })
    case 'accept':
      return call('POST', '/api/invites/accept', {
        token: tokens.get(pick([...tokens.keys()], actor)) ?? 'none',
      })
    case 'cancel':
      return call('DELETE', at(`/api/invites/${inviteId}`))
    case 'resend':
      return call('POST', at(`/api/invites/${inviteId}/resend`))
    case 'change':
      return call('PATCH', at(`/api/members/${other.userId}`), { role })
    case 'remove':
      return call('DELETE', at(`/api/members/${other.userId}`))
    case 'leave':
      return call('DELETE', at(`/api/members/${userId}`))
    case 'hand over':
      return call('POST', at('/api/members/transfer-ownership'), { targetUserId: other.userId })
    case 'key':
      return call('POST', at('/api/api-keys'), {})
  }
}

/** What the cell of the team says. */
const cellOf = async ({ id }: Team) => {
  const { pool } = house.cells.get('eu-1')
  const rowsOf = async (text: string) => (await pool.query(text, [id])).rows
  return {
    members: await rowsOf('select user_id, role from memberships where workspace_id = $1'),
    pending: await rowsOf(
      `select id, encode(token_digest, 'hex') as digest, invited_by from invites where workspace_id = $1 and status = 'pending'`,
    ),
    keys: await rowsOf(
      `select created_by, encode(digest, 'hex') as digest from api_keys where workspace_id = $1`,
    ),
    guestKeys: (
      await pool.query('select account_id from data_keys join guests on guests.id = account_id')
    ).rows.map(({ account_id }) => account_id as string),
  }
}

/** What the directory says of a kind of entry that points at one of these. */
const directoryOf = async (kind: string, subjects: readonly string[]) =>
  (
    await house.directory.database.pool.query(
      `select member_id, encode(digest, 'hex') as digest, state from entries where kind = $1 and subject_id = any($2)`,
      [kind, subjects],
    )
  ).rows

const tellsOneStory = async ({ team, people }: World): Promise<void> => {
  const { members, pending, keys, guestKeys } = await cellOf(team)
  const ids = members.map(({ user_id }) => user_id as string).sort()
  const owners = members.filter(({ role }) => role === 'owner').map(({ user_id }) => user_id)
  expect(owners).toHaveLength(1)
  expect(members.length + pending.length).toBeLessThanOrEqual(seats)

  const pairs = await directoryOf('membership', [team.id])
  expect(pairs.map(({ member_id }) => member_id).sort()).toEqual(ids)
  const slots = await directoryOf('team_slot', [team.id])
  expect(slots.map(({ member_id }) => member_id)).toEqual(owners)
  const links = await directoryOf(
    'invite_token',
    pending.map(({ id }) => id),
  )
  expect(links.map(({ digest }) => digest).sort()).toEqual(pending.map(({ digest }) => digest).sort())
  for (const { state } of [...pairs, ...slots, ...links]) expect(state).toBe('confirmed')

  for (const { created_by } of keys) expect(ids).toContain(created_by)
  const inviters = members
    .filter(({ role }) => role === 'owner' || role === 'admin')
    .map(({ user_id }) => user_id)
  for (const { invited_by } of pending) expect(inviters).toContain(invited_by)
  const guests = people.filter((_, n) => regions[n] !== 'eu').map(({ userId }) => userId)
  expect(guests.filter((id) => guestKeys.includes(id)).sort()).toEqual(
    guests.filter((id) => ids.includes(id)).sort(),
  )
}

test('whatever people do to a team at the same moment, its cell and the directory tell one story afterwards', {
  timeout: 180_000,
}, async () => {
  const round = fc.array(anyAct, { minLength: 14, maxLength: 14 })
  const run = async (rounds: readonly (readonly Act[])[]) => {
    const people = await Promise.all(regions.map((region) => aPerson(house, { region })))
    const team = await aTeam(
      house,
      [
        [people[0]!, 'owner'],
        [people[1]!, 'admin'],
        [people[2]!, 'editor'],
      ],
      { seats },
    )
    for (const acts of rounds) {
      await house.runJobs()
      const before = await cellOf(team)
      const members = before.members.map(({ user_id }) =>
        people.findIndex(({ userId }) => userId === user_id),
      )
      const tokens = new Map(
        people.flatMap(({ email }, n) => {
          if (members.includes(n)) return []
          const mail = house.mailbox.list(email).find(({ subject }) => subject.includes('invites you'))
          const token = /token=([\w-]+)/.exec(mail?.text ?? '')?.[1]
          return token ? [[n, token] as const] : []
        }),
      )
      const inviteIds = before.pending.map(({ id }) => id as string)
      const world = { team, people, members, tokens, inviteIds }
      const replies = await Promise.all(acts.map((act) => perform(world, act)))
      for (const [n, { statusCode, body }] of replies.entries())
        expect([200, 400, 403, 404, 409, 410, 429, 503], `${JSON.stringify(acts[n])}: ${body}`).toContain(
          statusCode,
        )
      await house.runJobs()
      await tellsOneStory(world)
    }
  }
  const rounds = fc.array(round, { minLength: 12, maxLength: 12 })
  await fc.assert(fc.asyncProperty(rounds, run), { numRuns: 4, endOnFailure: true })
})
