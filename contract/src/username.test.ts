import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isUsernameReserved, isUsernameWellFormed, usernameSuggestions, withSuffix } from './username.ts'

test.each(['abcd', 'a-b-c', '2026', 'x1-y2', 'a'.repeat(32)])('%s is well formed', (name) => {
  expect(isUsernameWellFormed(name)).toBe(true)
})

test.each([
  '',
  'abc',
  'a'.repeat(33),
  '-abc',
  'abc-',
  'ab--cd',
  'Abcd',
  'ab_cd',
  'ab cd',
  'abcd\n',
  'ábcd',
  'ab.cd',
  '----',
])('%j is not well formed', (name) => {
  expect(isUsernameWellFormed(name)).toBe(false)
})

/** The same rule written the other way round. */
const isAllowed = (name: string) =>
  name.length >= 4 &&
  name.length <= 32 &&
  [...name].every((char) => 'abcdefghijklmnopqrstuvwxyz0123456789-'.includes(char)) &&
  name.split('-').every((part) => part !== '')

test('the rule is length, letters and single inner hyphens, and nothing else', () => {
  const likely = fc.string({ unit: fc.constantFrom(...'ab9-A_ '), maxLength: 36 })
  fc.assert(
    fc.property(fc.oneof(likely, fc.string()), (name) => isUsernameWellFormed(name) === isAllowed(name)),
  )
})

test('every suggestion is itself well formed and different from what was asked for', () => {
  const name = fc.stringMatching(/^[a-z0-9]{1,5}(-[a-z0-9]{1,6}){0,5}$/).filter(isUsernameWellFormed)
  fc.assert(
    fc.property(name, (username) => {
      const suggestions = usernameSuggestions(username)
      expect(suggestions).toHaveLength(98)
      expect(suggestions.every(isUsernameWellFormed)).toBe(true)
      expect(suggestions).not.toContain(username)
      expect(isUsernameWellFormed(withSuffix(username, '4711'))).toBe(true)
    }),
  )
  expect(usernameSuggestions('anna').slice(0, 2)).toEqual(['anna-2', 'anna-3'])
  expect(withSuffix('a'.repeat(32), '2')).toBe(`${'a'.repeat(30)}-2`)
})

test('names that platform routes and pages use are reserved', () => {
  const names =
    'admin account activity agents annotate api app assets auth billing blog callback dashboard datasets deploy deployments docs enterprise explore export feedback files health help home integrations invite invites legal login logout members models monitoring new notifications oauth official onboarding openapi organization plans predict pricing privacy profile projects referrals register root search security settings shared signin signout signup static status storage support system team teams terms train training trash ultralytics upload uploads usage user users webhooks workspace www'
  for (const name of names.split(' ')) expect(isUsernameReserved(name), name).toBe(true)
  for (const page of ['sign-in', 'sign-up', 'forgot-password', 'reset-password', 'verify'])
    expect(isUsernameReserved(page), page).toBe(true)
  for (const free of ['anna', 'settings-2', 'constructor', '']) expect(isUsernameReserved(free)).toBe(false)
})
