import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson, aRun } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { slugOf } from '../slug.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

/** Few names, so that they meet. */
const name = fc.constantFrom('Cats', 'cats', 'Cats 2', 'Dogs', 'dogs!', 'D\u00f6gs')
const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), name }),
  fc.record({ kind: fc.constant('claim' as const), name }),
  fc.record({ kind: fc.constant('rename' as const), name, which: fc.nat(5) }),
  fc.record({ kind: fc.constant('train' as const), name }),
)

test('whatever is made, renamed and trained at once, no two projects ever share a slug', async () => {
  const run = async (rounds: (typeof step extends fc.Arbitrary<infer S> ? S : never)[][]) => {
    const person = await aPerson(house)
    const key = await aKey(house, person)
    const list = async (): Promise<{ _id: string; name: string; slug: string }[]> =>
      (await person.call('GET', '/api/projects?limit=500')).json().projects
    for (const round of rounds) {
      const known = await list()
      const replies = await Promise.all(
        round.map(async (one) => {
          if (one.kind === 'create') return person.call('POST', '/api/projects', { name: one.name })
          if (one.kind === 'claim')
            return person.call('POST', '/api/projects', { slug: slugOf(one.name), name: one.name })
          if (one.kind === 'train')
            return aRun(key, { project: slugOf(one.name) }).then(() => ({ statusCode: 200 }))
          const target = known[one.which % Math.max(1, known.length)]
          if (!target) return { statusCode: 200 }
          return person.call('PATCH', `/api/projects/${target._id}`, { name: one.name })
        }),
      )
      for (const { statusCode } of replies) expect([200, 201, 409]).toContain(statusCode)
      const slugs = (await list()).map(({ slug }) => slug)
      expect(new Set(slugs).size).toBe(slugs.length)
    }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      run,
    ),
    { numRuns: 15 },
  )
}, 120_000)
