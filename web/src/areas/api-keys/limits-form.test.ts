import { expect, test } from 'vitest'
import { limitsOf, limitsProblems, noLimits } from './limits-form.ts'

const now = new Date('2027-03-05T12:00:00Z')

test('limits that were left as they are send nothing', () => {
  expect(limitsOf(noLimits, now)).toEqual({})
  expect(limitsProblems(noLimits, now)).toEqual({})
})

test('what was limited is sent, and nothing else', () => {
  const limits = {
    ...noLimits,
    expiry: { choice: '30', date: '' } as const,
    showOnce: true,
    addresses: '203.0.113.7\n10.0.0.0/8',
  }
  expect(limitsOf(limits, now)).toEqual({
    expiresAt: '2027-04-04T12:00:00.000Z',
    showOnce: true,
    allowedAddresses: ['203.0.113.7', '10.0.0.0/8'],
  })
  expect(limitsOf({ ...noLimits, scoped: true, scopes: ['read'] }, now)).toEqual({ scopes: ['read'] })
})

test('each field tells its own problem', () => {
  const limits = {
    ...noLimits,
    scoped: true,
    scopes: [],
    expiry: { choice: 'date', date: '2020-01-01' } as const,
    addresses: 'here',
  }
  expect(Object.keys(limitsProblems(limits, now))).toEqual(['scopes', 'date', 'addresses'])
})
