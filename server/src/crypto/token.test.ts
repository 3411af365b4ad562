import { expect, test } from 'vitest'
import { isKeyValue, keyPrefixOf, makeKeyValue } from '../areas/api-keys/key-format.ts'
import { equalBytes, keyedDigest, sha256 } from './digest.ts'
import { makeCode, makeId, makeToken } from './token.ts'

const many = <T>(make: () => T): T[] => Array.from({ length: 500 }, make)

test('a code is six digits, leading zeros included', () => {
  const codes = many(makeCode)
  expect(codes.every((code) => /^[0-9]{6}$/.test(code))).toBe(true)
  // One in ten begins with a zero: none among 500 would happen once in 10^22 runs.
  expect(codes.some((code) => code.startsWith('0'))).toBe(true)
})

test('a token is 32 random bytes, safe in a URL', () => {
  const tokens = many(makeToken)
  expect(tokens.every((token) => /^[A-Za-z0-9_-]{43}$/.test(token))).toBe(true)
  expect(new Set(tokens).size).toBe(tokens.length)
})

test('an id is 24 lowercase hex digits, and one made later sorts later', () => {
  const at = new Date('2026-03-02T09:00:00.000Z')
  const ids = many(() => makeId(at))
  expect(ids.every((id) => /^[0-9a-f]{24}$/.test(id))).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
  expect(makeId(new Date(at.getTime() + 1000)) > ids.sort().at(-1)!).toBe(true)
})

test('an API key is ul_ and 40 lowercase hex digits, and its prefix the first 11 characters', () => {
  const value = makeKeyValue()
  expect(isKeyValue(value)).toBe(true)
  expect(value).toMatch(/^ul_[0-9a-f]{40}$/)
  expect(keyPrefixOf(value)).toMatch(/^ul_[0-9a-f]{8}$/)
  for (const wrong of [
    '',
    'ul_',
    value.toUpperCase(),
    `${value}0`,
    ` ${value}`,
    `${value}\n`,
    value.slice(1),
  ])
    expect(isKeyValue(wrong)).toBe(false)
})

test('a guessable thing is digested with the secret and its kind, so that a dump cannot be searched', () => {
  const [secret, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const digest = keyedDigest(secret, 'email', 'a@example.com')
  expect(digest).toHaveLength(32)
  expect(digest).toEqual(keyedDigest(secret, 'email', 'a@example.com'))
  expect(digest).not.toEqual(keyedDigest(other, 'email', 'a@example.com'))
  expect(digest).not.toEqual(keyedDigest(secret, 'username', 'a@example.com'))
  expect(digest).not.toEqual(sha256('a@example.com'))
})

test('bytes of different length compare as different instead of throwing', () => {
  expect(equalBytes(Buffer.from('ab'), Buffer.from('ab'))).toBe(true)
  expect(equalBytes(Buffer.from('ab'), Buffer.from('ac'))).toBe(false)
  expect(equalBytes(Buffer.from('ab'), Buffer.alloc(0))).toBe(false)
})
