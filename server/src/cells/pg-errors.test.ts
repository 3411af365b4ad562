import { expect, test } from 'vitest'
import { isOutcomeUnknown, isStoreAway } from './pg-errors.ts'

const fault = (code: string, more = {}) =>
  new Error('query', { cause: Object.assign(new Error('x'), { code, ...more }) })

test.each([
  ['08006', true, true],
  ['57P01', true, true],
  ['ECONNRESET', true, true],
  ['57014', true, false],
  ['53300', true, false],
  ['40001', true, false],
  ['40P01', true, false],
  ['23505', false, false],
  ['ENOENT', false, false],
])('%s: the store is away %j, the outcome unknown %j', (code, away, unknown) => {
  expect([isStoreAway(fault(code)), isOutcomeUnknown(fault(code))]).toEqual([away, unknown])
})

test('a connection that broke leaves the outcome unknown, an error of ours does not', () => {
  expect(isOutcomeUnknown(new Error('Connection terminated unexpectedly'))).toBe(true)
  expect(isOutcomeUnknown(new TypeError('x is not a function'))).toBe(false)
  expect(isOutcomeUnknown('thrown text')).toBe(false)
})
