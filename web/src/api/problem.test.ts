import { expect, test } from 'vitest'
import { errors } from '#contract/errors.ts'
import { ApiError } from './client.ts'
import { besideFields, explained, fieldErrorsOf, problemOf, requestIdOf, sentenceOf } from './problem.ts'

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

test('what the server says would allow it is the advice, unless waiting does', () => {
  const hint = 'This takes the role admin or higher'
  expect(problemOf(refusal('permission_denied', { hint })).advice).toBe(`${hint}.`)
  expect(sentenceOf(refusal('rate_limited', { hint, retryAfter: 5 }))).toMatch(/Try again in 5 seconds\.$/)
})

test('every refusal of the contract reads as a sentence', () => {
  for (const [reason, { status, code, message }] of Object.entries(errors)) {
    const sentence = sentenceOf(new ApiError(status, { error: message, reason, code }))
    expect(sentence, reason).toMatch(/^[A-Z“].*[^.]\.$/)
    expect(sentence, reason).not.toContain('_')
  }
})

test('a request id survives other words for its failure', () => {
  const words = { invalid_code: { title: 'That code is not right' } }
  expect(requestIdOf(explained(refusal('invalid_code'), words))).toBe('r')
  expect(requestIdOf(new Error('in the page'))).toBeUndefined()
})
