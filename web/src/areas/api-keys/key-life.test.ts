import { expect, test } from 'vitest'
import { endsSoon, wantsRotation } from './key-life.ts'

const now = new Date('2027-03-05T12:00:00Z')
const key = { status: 'active', createdAt: '2027-03-01T00:00:00Z' } as const
const old = { ...key, createdAt: '2026-11-01T00:00:00Z' }

test('a key older than 90 days wants to be rotated, unless it does not work or ends soon', () => {
  expect(wantsRotation(key, now)).toBe(false)
  expect(wantsRotation(old, now)).toBe(true)
  expect(wantsRotation({ ...old, status: 'paused' }, now)).toBe(false)
  expect(wantsRotation({ ...old, expiresAt: '2027-03-06T12:00:00Z' }, now)).toBe(false)
  expect(wantsRotation({ ...old, expiresAt: '2027-06-01T00:00:00Z' }, now)).toBe(true)
})

test('only a key that still works ends soon', () => {
  expect(endsSoon({ ...key, expiresAt: '2027-03-11T00:00:00Z' }, now)).toBe(true)
  expect(endsSoon({ ...key, expiresAt: '2027-03-13T00:00:00Z' }, now)).toBe(false)
  expect(endsSoon({ status: 'expired', expiresAt: '2027-03-04T00:00:00Z' }, now)).toBe(false)
  expect(endsSoon(key, now)).toBe(false)
})
