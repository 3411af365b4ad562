import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plans } from '#contract/plans.ts'
import { allowancesOf } from './allowances.ts'

const now = new Date('2026-03-02T09:00:00.000Z')
const later = (ms: number) => new Date(now.getTime() + ms)

const seats = fc.option(fc.integer({ min: 1, max: 10_000 }))
const until = fc.option(fc.integer({ min: -1e12, max: 1e12 }).map(later))

test.each([
  ['free', 100, 100 * 2 ** 30, 1, 'pro'],
  ['pro', 500, 500 * 2 ** 30, 5, 'enterprise'],
  ['enterprise', null, null, 50, null],
] as const)(
  '%s allows %j models, %j bytes and %i seats',
  (plan, modelsMax, storageBytesMax, seatsMax, nextPlan) => {
    expect(allowancesOf({ plan, seatsMax: null, enterpriseUntil: null }, now)).toMatchObject({
      modelsMax,
      storageBytesMax,
      seatsMax,
      nextPlan,
      licenseExpired: false,
    })
  },
)

test('a licence holds until its last moment and has run out in that moment', () => {
  const at = (enterpriseUntil: Date) =>
    allowancesOf({ plan: 'enterprise', seatsMax: 7, enterpriseUntil }, now)
  expect(at(later(1))).toMatchObject({ seatsMax: 7, licenseExpired: false })
  expect(at(now)).toMatchObject({ seatsMax: 1, licenseExpired: true })
})

test('a licence that has run out leaves exactly what Free allows, however many seats were granted', () => {
  fc.assert(
    fc.property(seats, fc.nat({ max: 1e12 }), (seatsMax, ago) => {
      const allowances = allowancesOf({ plan: 'enterprise', seatsMax, enterpriseUntil: later(-ago) }, now)
      expect(allowances).toMatchObject({ ...plans.free, name: 'Enterprise', licenseExpired: true })
    }),
  )
})

test('a licence without an end does not run out', () => {
  fc.assert(
    fc.property(seats, fc.integer({ min: 0, max: 1e12 }), (seatsMax, ms) => {
      const row = { plan: 'enterprise', seatsMax, enterpriseUntil: null } as const
      expect(allowancesOf(row, later(ms))).toMatchObject({ seatsMax: seatsMax ?? 50, licenseExpired: false })
    }),
  )
})

test('granted seats and an end of the licence mean nothing on Free and Pro', () => {
  fc.assert(
    fc.property(fc.constantFrom('free', 'pro'), seats, until, (plan, seatsMax, enterpriseUntil) => {
      const bare = allowancesOf({ plan, seatsMax: null, enterpriseUntil: null }, now)
      expect(allowancesOf({ plan, seatsMax, enterpriseUntil }, now)).toEqual(bare)
    }),
  )
})
