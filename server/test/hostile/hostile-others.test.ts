import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey, aPerson } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { operationsOf } from './fields.ts'
import { startHostileHouse } from './house.ts'
import { identityRoutes } from './identity-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { addressOf, expectNothingStored, faultOf, methodOf, nameOf } from './refused.ts'
import { basesOf } from './row.ts'
import { teamRoutes } from './team-routes.ts'
import { toJson } from './values.ts'

/* What belongs to somebody else, asked for by people who are who they say they are. */

let house: TestHouse

beforeAll(async () => {
  house = await startHostileHouse()
})
afterAll(() => house.stop())

const json = { 'content-type': 'application/json' }
const rows = [...identityRoutes, ...keyRoutes, ...teamRoutes]
const named = (some: typeof rows) => some.map((row) => [nameOf(row), row] as const)

/** What one thing is named by, in the address of its route. */
const idOf = ({ route }: { route: string }): string | undefined => /\/:(id|keyId|userId)\b/.exec(route)?.[1]

describe.each(named(rows.filter(idOf)))('%s', (_name, row) => {
  test('answers somebody else word for word as if there were no such thing', async () => {
    const base = await row.base(house)
    const none = { path: { [idOf(row) ?? '']: 'f'.repeat(24) } }
    const { call } = await aPerson(house)
    const payload = base.body && toJson(base.body)
    await expectNothingStored(house, async () => {
      const answers = []
      for (const address of [addressOf(row, base), addressOf(row, base, none)]) {
        const answer = await call(methodOf(row), address, payload, payload ? json : {})
        expect(faultOf(answer, [404])).toBeUndefined()
        const { requestId: _requestId, ...words } = answer.json()
        answers.push(words)
      }
      expect(answers[0]).toEqual(answers[1])
    })
  })
})

test('the team of somebody else is nobody’s business, whatever is asked of it', async () => {
  const { call } = await aPerson(house)
  for (const row of rows.filter(({ fields }) => fields.query && 'owner' in fields.query)) {
    const base = await row.base(house)
    const address = addressOf(row, base)
    const payload = base.body && toJson(base.body)
    await expectNothingStored(house, async () => {
      const answer = await call(methodOf(row), address, payload, payload ? json : {})
      expect(faultOf(answer, [404]), nameOf(row)).toBeUndefined()
    })
  }
})

test('a key, whatever it may do, changes nothing about how its maker gets in or who else does', async () => {
  const guarded = new Set(
    operationsOf(house.http).flatMap(({ route, isGuarded }) => (isGuarded ? [route] : [])),
  )
  const person = await aPerson(house)
  const key = await aKey(house, person, { scopes: ['read', 'write', 'admin', 'training'] })
  const personal = [...identityRoutes, ...teamRoutes].filter(
    ({ route }) => guarded.has(route) && !/\/api\/(users|settings)$/.test(route),
  )
  expect(personal.length).toBeGreaterThan(37)
  const bases = await basesOf(house, personal)
  await expectNothingStored(house, async () => {
    for (const [row, base] of bases) {
      const payload = base.body && toJson(base.body)
      const answer = await key.call(methodOf(row), addressOf(row, base), payload, payload ? json : {})
      expect(faultOf(answer, [403]), nameOf(row)).toBeUndefined()
      expect(answer.json().reason, nameOf(row)).toBe('session_only')
    }
  })
})

/** What somebody at an unlocked desk could lock its owner out with, or destroy. */
const dangerous = [
  'POST /api/auth/factors/totp',
  'POST /api/auth/factors/totp/confirm',
  'DELETE /api/auth/factors/totp',
  'POST /api/auth/factors/passkeys/options',
  'POST /api/auth/factors/passkeys',
  'DELETE /api/auth/factors/passkeys/:id',
  'POST /api/auth/factors/recovery-codes',
  'DELETE /api/auth/identities/:provider',
  'POST /api/settings/emails/:id/primary',
  'POST /api/gdpr',
]

test('what could lock somebody out, or cannot be undone, is not done in a session whose last proof is old', async () => {
  const bases = await basesOf(
    house,
    rows.filter(({ route }) => dangerous.includes(route)),
  )
  house.clock.advance(15 * 60 + 1)
  await expectNothingStored(house, async () => {
    for (const [row, base] of bases) {
      const payload = base.body && toJson(base.body)
      const answer = await base.call(methodOf(row), addressOf(row, base), payload, payload ? json : {})
      expect(faultOf(answer, [403]), nameOf(row)).toBeUndefined()
      expect(answer.json().reason, nameOf(row)).toBe('reauthentication_required')
    }
  })
})
