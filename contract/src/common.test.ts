import { expect, test } from 'vitest'
import { Email, Password, Slug } from './common.ts'
import { ErrorReply, errors } from './errors.ts'
import { ProfileFields } from './profile-fields.ts'

test.each([
  ['Anna.Bell+tag@Example.COM', 'anna.bell+tag@example.com'],
  ['  a@b.co ', 'a@b.co'],
  ["o'neil@mail.example.org", "o'neil@mail.example.org"],
])('the address %j is kept as %s', (text, address) => {
  expect(Email.parse(text)).toBe(address)
})

test.each([
  '',
  'a',
  'a@b',
  '@b.co',
  'a@@b.co',
  'a b@c.de',
  'a@-b.co',
  'a@b-.co',
  'a@b..co',
  'a@b.c0',
  'bücher@example.com',
  'anna@example.\u212Aom',
  'a@b.co\nbcc: c@d.ef',
  '"a b"@c.de',
  `${'a'.repeat(65)}@b.co`,
  `a@${'b'.repeat(64)}.co`,
  `a@${'b.'.repeat(130)}co`,
])('%j is no address', (text) => {
  expect(Email.safeParse(text).success).toBe(false)
})

test('a password has 10 to 128 characters of any kind', () => {
  for (const [password, good] of [
    ['a'.repeat(9), false],
    ['a'.repeat(10), true],
    ['     spaces     ', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
  ] as const)
    expect(Password.safeParse(password).success, password).toBe(good)
  expect(Password.parse('  kept as it is  ')).toBe('  kept as it is  ')
})

test('a slug holds lowercase letters, digits and single inner hyphens, up to 128', () => {
  for (const slug of ['a', 'a-1', 'x'.repeat(128)]) expect(Slug.safeParse(slug).success).toBe(true)
  for (const slug of ['', '-a', 'a-', 'a--b', 'A', 'a_b', 'x'.repeat(129)])
    expect(Slug.safeParse(slug).success).toBe(false)
})

test('a bio is empty or has 10 to 500 characters', () => {
  for (const [bio, good] of [
    ['', true],
    ['too short', false],
    ['just right', true],
    ['x'.repeat(500), true],
    ['x'.repeat(501), false],
  ] as const)
    expect(ProfileFields.safeParse({ bio }).success).toBe(good)
})

test('every refusal has a sentence, a class and the status that class stands for', () => {
  const statuses: Record<string, number[]> = {
    VALIDATION_ERROR: [400],
    UNAUTHORIZED: [401],
    FORBIDDEN: [403],
    NOT_FOUND: [404],
    CONFLICT: [409],
    PAYLOAD_TOO_LARGE: [413],
    UNSUPPORTED_MEDIA_TYPE: [415],
    RATE_LIMITED: [429],
    INTERNAL_ERROR: [500, 502, 503],
  }
  for (const [reason, { code, status, message }] of Object.entries(errors)) {
    expect(reason).toMatch(/^[a-z]+(_[a-z]+)*$/)
    if (code in statuses) expect(statuses[code], reason).toContain(status)
    expect(ErrorReply.safeParse({ error: message, code, reason, requestId: 'r' }).success).toBe(true)
  }
  // Clients match on these words (SPEC 5.5).
  expect(errors.invalid_api_key.message).toBe('Invalid API key')
  expect(errors.permission_denied.message).toBe('Permission denied for this operation')
  expect(errors.scope_missing.message).toBe('Permission denied for this operation')
  expect(errors.rate_limited.message).toBe('Rate limit exceeded')
  expect(errors.invalid_credentials.message).toBe('Invalid email or password')
  expect(errors.authentication_required.message).toBe('Authentication required')
})
