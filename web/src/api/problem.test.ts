import { expect, test } from 'vitest'
import { ApiError } from './client.ts'
import { besideFields, explained, fieldErrorsOf, problemOf } from './problem.ts'

const refusal = (reason: string, more: Partial<ApiError> = {}) =>
  new ApiError(400, { error: 'No', reason, code: 'VALIDATION_ERROR', requestId: 'r', ...more })

test('a refusal about one value is told at its field, and only there', () => {
  const error = refusal('password_too_common', { issues: [{ path: 'password', message: 'No' }] })
  expect(Object.keys(fieldErrorsOf(error, { newPassword: 'New password' }))).toEqual(['newPassword'])
  expect(Object.keys(fieldErrorsOf(error, { email: 'Email', password: 'Password' }))).toEqual(['password'])
  expect(besideFields(error)).toBeNull()
  expect(besideFields(refusal('internal'))).not.toBeNull()
})

test('a place may have better words for a reason, but not for having to wait', () => {
  const words = { invalid_code: { title: 'That code is not right' } }
  expect(problemOf(explained(refusal('invalid_code'), words)).title).toBe('That code is not right')
  expect(problemOf(explained(refusal('internal'), words)).title).toBe(problemOf(refusal('internal')).title)
  expect(problemOf(explained(refusal('invalid_code', { retryAfter: 30 }), words)).advice).toMatch(
    /30 seconds/,
  )
})
