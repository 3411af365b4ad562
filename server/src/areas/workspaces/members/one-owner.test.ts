import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GivenRole } from '#contract/members.ts'
import type { Role } from '#contract/permissions.ts'
import { aPerson, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

/* Random people do random things to a team, and a model of a dozen lines says after each what the answer must have been and who is
   in the team with which role. The rules are written down here a second time on purpose. */

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

/** People by number; whoever is missing is no member. */
type Model = Map<number, Role>
type Step =
  | { does: 'change'; actor: number; target: number; to: GivenRole }
  | { does: 'remove' | 'transfer' | 'invite'; actor: number; target: number }

const rank = { owner: 3, admin: 2, editor: 1, viewer: 0 } as const

/** The status that a step must be answered with. Changes the model when that is 200. */
const foresee = (model: Model, step: Step): number => {
  const { actor, target } = step
  const [own, other] = [model.get(actor), model.get(target)]
  if (own === undefined) return 404
  const manages = rank[own] >= rank.admin
  switch (step.does) {
    case 'change':
      if (!manages) return 403
      if (other === undefined) return 404
      if (actor === target || rank[other] >= rank[own] || rank[step.to] >= rank[own]) return 403
      model.set(target, step.to)
      return 200
    case 'remove':
      if (other === undefined) return 404
      if (actor === target && own === 'owner') return 400
      if (actor !== target && !(manages && rank[own] > rank[other])) return 403
      model.delete(target)
      return 200
    case 'transfer':
      if (own !== 'owner') return 403
      if (actor === target) return 400
      if (other === undefined) return 404
      model.set(actor, 'admin').set(target, 'owner')
      return 200
    case 'invite':
      if (!manages) return 403
      if (other !== undefined) return 409
      model.set(target, 'viewer')
      return 200
  }
}

const perform = async (people: readonly Person[], team: Team, step: Step): Promise<number> => {
  const { call } = people[step.actor]!
  const target = people[step.target]!
  const at = (path: string) => `${path}?owner=${team.username}`
  switch (step.does) {
    case 'change':
      return (await call('PATCH', at(`/api/members/${target.userId}`), { role: step.to })).statusCode
    case 'remove':
      return (await call('DELETE', at(`/api/members/${target.userId}`))).statusCode
    case 'transfer':
      return (await call('POST', at('/api/members/transfer-ownership'), { targetUserId: target.userId }))
        .statusCode
    case 'invite': {
      const reply = await call('POST', at('/api/members'), { email: target.email, role: 'viewer' })
      if (reply.statusCode === 200) await accept(target)
      return reply.statusCode
    }
  }
}

const accept = async ({ email, call }: Person): Promise<void> => {
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(email)[0]!.text)![1]
  expect((await call('POST', '/api/invites/accept', { token })).statusCode).toBe(200)
}

/** Who is in the team, by number, as its owner is told. */
const membersOf = async (people: readonly Person[], team: Team, model: Model) => {
  const owner = [...model].find(([, role]) => role === 'owner')![0]
  const { members } = (await people[owner]!.call('GET', `/api/members?owner=${team.username}`)).json()
  const numberOf = (userId: string) => people.findIndex((person) => person.userId === userId)
  return new Map<number, Role>(
    members.map(({ userId, role }: { userId: string; role: Role }) => [numberOf(userId), role]),
  )
}

/** Whose slot the team takes, and whom the directory takes for a member. */
const directoryOf = async (people: readonly Person[], { id }: Team) => {
  const { rows } = await house.directory.database.pool.query(
    `select kind, member_id from entries where subject_id = $1 and kind in ('membership', 'team_slot') and state = 'confirmed'`,
    [id],
  )
  const ofKind = (kind: string) =>
    rows
      .filter((row) => row.kind === kind)
      .map((row) => people.findIndex(({ userId }) => userId === row.member_id))
      .sort()
  return { members: ofKind('membership'), slots: ofKind('team_slot') }
}

const crowd = 5
const person = fc.nat({ max: crowd - 1 })
const pair = { actor: person, target: person }
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    ...pair,
    does: fc.constant('change' as const),
    to: fc.constantFrom<GivenRole>('admin', 'editor', 'viewer'),
  }),
  fc.record({ ...pair, does: fc.constantFrom('remove', 'transfer', 'transfer', 'invite') }),
)

test('a team has exactly one owner after whatever its people do to each other', {
  timeout: 120_000,
}, async () => {
  const steps = fc.array(anyStep, { minLength: 40, maxLength: 40 })
  const run = async (script: readonly Step[]) => {
    const regions = ['us', 'eu', 'us', 'ap', 'eu'] as const
    const people = await Promise.all(regions.map((region) => aPerson(house, { region })))
    const given: Role[] = ['owner', 'admin', 'editor', 'viewer']
    const team = await aTeam(
      house,
      given.map((role, number) => [people[number]!, role]),
    )
    const model: Model = new Map(given.map((role, number) => [number, role]))
    for (const step of script) {
      const expected = foresee(model, step)
      expect(await perform(people, team, step), JSON.stringify(step)).toBe(expected)
      const members = await membersOf(people, team, model)
      expect(members, JSON.stringify(step)).toEqual(model)
      expect([...members.values()].filter((role) => role === 'owner')).toHaveLength(1)
    }
    const owner = [...model].find(([, role]) => role === 'owner')![0]
    expect(await directoryOf(people, team)).toEqual({ members: [...model.keys()].sort(), slots: [owner] })
  }
  await fc.assert(fc.asyncProperty(steps, run), { numRuns: 10, endOnFailure: true })
})
