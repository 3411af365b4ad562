import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { secondsAfter } from '../clock.ts'
import { makeKeyRing } from './key-ring.ts'
import { isSignatureValid, signPath } from './signed-url.ts'

const first = randomBytes(32)
const ring = makeKeyRing(new Map([[1, first]]))
const at = new Date('2026-03-02T09:00:00.000Z')
const path = '/api/uploads/0123456789abcdef01234567'

const queryOf = (url: string) => {
  const query = new URL(url, 'http://site').searchParams
  return { expires: query.get('expires'), signature: query.get('signature') }
}
const query = queryOf(signPath(ring, 'PUT', path, secondsAfter(at, 3600)))

test('a signed address is good for its method and path until it expires', () => {
  expect(isSignatureValid(ring, 'PUT', path, query, at)).toBe(true)
  expect(isSignatureValid(ring, 'PUT', path, query, secondsAfter(at, 3600))).toBe(true)
  expect(isSignatureValid(ring, 'PUT', path, query, secondsAfter(at, 3601))).toBe(false)
})

test('it is good for no other method, path or expiry', () => {
  const later = { ...query, expires: String(Number(query.expires) + 1) }
  expect(isSignatureValid(ring, 'GET', path, query, at)).toBe(false)
  expect(isSignatureValid(ring, 'PUT', `${path}0`, query, at)).toBe(false)
  expect(isSignatureValid(ring, 'PUT', path, later, at)).toBe(false)
})

test('a signature with any character changed is refused', () => {
  const { signature } = query
  fc.assert(
    // The last character carries two bits that say nothing, so it is left out.
    fc.property(
      fc.integer({ min: 2, max: signature!.length - 2 }),
      fc.constantFrom(...'Az09-_'),
      (at_, to) => {
        fc.pre(signature![at_] !== to)
        const changed = signature!.slice(0, at_) + to + signature!.slice(at_ + 1)
        expect(isSignatureValid(ring, 'PUT', path, { ...query, signature: changed }, at)).toBe(false)
      },
    ),
  )
})

test('whatever a client writes is answered false and never throws', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (expires, signature) => {
      expect(isSignatureValid(ring, 'PUT', path, { expires, signature }, at)).toBe(false)
    }),
  )
  for (const signature of ['', '1.', '0.', '99999.', `70000.${'A'.repeat(43)}`, `2.${'A'.repeat(43)}`])
    expect(isSignatureValid(ring, 'PUT', path, { ...query, signature }, at)).toBe(false)
})

test('after a rotation old links still work, and stop when their version is retired', () => {
  const second = randomBytes(32)
  const both = makeKeyRing(
    new Map([
      [1, first],
      [2, second],
    ]),
  )
  expect(isSignatureValid(both, 'PUT', path, query, at)).toBe(true)
  expect(signPath(both, 'GET', path, at)).toContain('signature=2.')
  expect(isSignatureValid(makeKeyRing(new Map([[2, second]])), 'PUT', path, query, at)).toBe(false)
})
