import { expect, test } from 'vitest'
import { initialsOf, nameOf } from './member-name.ts'

test.each([
  ['Ada Lovelace', 'AL'],
  ['Ada King of Lovelace', 'AL'],
  ['plato', 'P'],
  ['  ', ''],
  ['𝒜da', '𝒜'],
])('the initials of "%s" are "%s"', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})

test('a member is called by name, somebody invited by address', () => {
  const facts = { username: 'countess', email: 'ada@engine.example' }
  expect(nameOf({ ...facts, status: 'active', displayName: 'Ada' })).toBe('Ada')
  expect(nameOf({ ...facts, status: 'active', displayName: '' })).toBe('countess')
  expect(nameOf({ ...facts, status: 'pending' })).toBe('ada@engine.example')
})
