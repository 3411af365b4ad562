import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { secondsAfter } from '../../../clock.ts'
import { makeKeyRing } from '../../../crypto/key-ring.ts'
import { codeDigest, isCodeRight } from '../code.ts'
import { openSignUp, type SignUp, sealSignUp } from './sign-up-token.ts'

const [first, second] = [randomBytes(32), randomBytes(32)]
const before = makeKeyRing(new Map([[1, first]]))
const after = makeKeyRing(
  new Map([
    [1, first],
    [2, second],
  ]),
)
const retired = makeKeyRing(new Map([[2, second]]))
const at = new Date('2026-03-02T09:00:00.000Z')

const signUp: SignUp = {
  id: 'b0b9fa4e-0000-4000-8000-000000000000',
  email: 'anna@personal.example',
  passwordHash: '$argon2id$…',
  codeDigest: codeDigest(before, 'b0b9fa4e-0000-4000-8000-000000000000', '012345'),
  codeNumber: 1,
  codeSentAt: at.toISOString(),
  verified: false,
  expiresAt: secondsAfter(at, 3600).toISOString(),
}

test('a sign-up comes back out of its cookie until it lapses, and nothing of it can be read there', () => {
  const cookie = sealSignUp(before, signUp)
  expect(openSignUp(before, cookie, at)).toEqual(signUp)
  expect(openSignUp(before, cookie, secondsAfter(at, 3600))).toBeUndefined()
  expect(Buffer.from(cookie, 'base64url').toString('latin1')).not.toMatch(/anna|argon/)
  expect(cookie).toMatch(/^[A-Za-z0-9_-]+$/)
})

test('a cookie of another installation is none', () => {
  const foreign = makeKeyRing(new Map([[1, randomBytes(32)]]))
  expect(openSignUp(before, sealSignUp(foreign, signUp), at)).toBeUndefined()
})

test('a code is right for its own sign-up only', () => {
  const { id, codeDigest: digest } = signUp
  expect(isCodeRight(before, id, '012345', digest)).toBe(true)
  expect(isCodeRight(before, id, '012346', digest)).toBe(false)
  expect(isCodeRight(before, 'another', '012345', digest)).toBe(false)
  for (const nothing of ['', '1.', 'x', 'NaN.x', '2.x'])
    expect(isCodeRight(before, id, '012345', nothing)).toBe(false)
})

test('a sign-up under way survives a rotation of the master key, until its version is retired', () => {
  const cookie = sealSignUp(before, signUp)
  expect(openSignUp(after, cookie, at)).toEqual(signUp)
  expect(isCodeRight(after, signUp.id, '012345', signUp.codeDigest)).toBe(true)
  expect(openSignUp(retired, cookie, at)).toBeUndefined()
  expect(isCodeRight(retired, signUp.id, '012345', signUp.codeDigest)).toBe(false)
})

test('a verified sign-up has no code left that could be right', () => {
  expect(isCodeRight(before, signUp.id, '012345', '')).toBe(false)
})
