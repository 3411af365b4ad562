import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeKeyRing } from './key-ring.ts'
import {
  makeDataKey,
  openField,
  openUnderMaster,
  sealedVersion,
  sealField,
  sealUnderMaster,
  unwrapDataKey,
  wrapDataKey,
} from './seal.ts'

const ring = makeKeyRing(new Map([[1, randomBytes(32)]]))
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))
const name = fc.string({ minLength: 1, maxLength: 40 })

test('whatever was sealed opens again, under the same purpose and identity', () => {
  fc.assert(
    fc.property(bytes, name, name, (plain, purpose, identity) => {
      const sealed = sealUnderMaster(ring, purpose, identity, plain)
      expect(openUnderMaster(ring, purpose, identity, sealed)).toEqual(plain)
    }),
  )
})

test('a value moved to another row or another purpose does not open', () => {
  fc.assert(
    fc.property(bytes, name, name, name, (plain, purpose, identity, other) => {
      const sealed = sealUnderMaster(ring, purpose, identity, plain)
      fc.pre(other !== identity && other !== purpose)
      expect(() => openUnderMaster(ring, purpose, other, sealed)).toThrow()
      expect(() => openUnderMaster(ring, other, identity, sealed)).toThrow()
    }),
  )
})

test('no byte of a sealed value can be changed, added or taken away', () => {
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, at, flip) => {
      const sealed = sealUnderMaster(ring, 'purpose', 'row', plain)
      const changed = Buffer.from(sealed)
      changed[at % sealed.length]! ^= flip
      expect(() => openUnderMaster(ring, 'purpose', 'row', changed)).toThrow()
      expect(() => openUnderMaster(ring, 'purpose', 'row', sealed.subarray(0, at % sealed.length))).toThrow()
      expect(() => openUnderMaster(ring, 'purpose', 'row', Buffer.concat([sealed, changed]))).toThrow()
    }),
  )
})

test('the same value sealed twice does not look the same, nor does it hold the plain bytes', () => {
  const plain = Buffer.from('somebody@example.com')
  const [first, second] = [1, 2].map(() => sealUnderMaster(ring, 'purpose', 'row', plain))
  expect(first).not.toEqual(second)
  expect(first!.includes(plain)).toBe(false)
})

test('after a rotation new values carry the new version, and old ones still open', () => {
  const old = randomBytes(32)
  const before = makeKeyRing(new Map([[1, old]]))
  const sealed = sealUnderMaster(before, 'purpose', 'row', Buffer.from('kept'))
  const after = makeKeyRing(
    new Map([
      [2, randomBytes(32)],
      [1, old],
    ]),
  )
  expect(sealedVersion(sealed)).toBe(1)
  expect(openUnderMaster(after, 'purpose', 'row', sealed).toString()).toBe('kept')
  expect(sealedVersion(sealUnderMaster(after, 'purpose', 'row', Buffer.from('new')))).toBe(2)
})

test('a value under a retired version, or under another key of the same version, does not open', () => {
  const sealed = sealUnderMaster(ring, 'purpose', 'row', Buffer.from('gone'))
  expect(() =>
    openUnderMaster(makeKeyRing(new Map([[2, randomBytes(32)]])), 'purpose', 'row', sealed),
  ).toThrow('version 1 is not configured')
  expect(() =>
    openUnderMaster(makeKeyRing(new Map([[1, randomBytes(32)]])), 'purpose', 'row', sealed),
  ).toThrow()
})

test('a wrapped data key opens for its own account only', () => {
  const key = makeDataKey()
  const wrapped = wrapDataKey(ring, 'user_a', key)
  expect(unwrapDataKey(ring, 'user_a', wrapped).bytes).toEqual(key.bytes)
  expect(() => unwrapDataKey(ring, 'user_b', wrapped)).toThrow()
})

test('a private field opens with its own data key in its own row, whatever text it holds', () => {
  const [key, other] = [makeDataKey(), makeDataKey()]
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sealed = sealField(key, 'emails.address:1', text)
      expect(openField(key, 'emails.address:1', sealed)).toBe(text)
      expect(() => openField(key, 'emails.address:2', sealed)).toThrow()
      expect(() => openField(other, 'emails.address:1', sealed)).toThrow()
    }),
  )
})
