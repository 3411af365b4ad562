import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { makeKeyRing, makeMasterKey, parseMasterKeys } from './key-ring.ts'

test('versions separated by commas are read, with or without spaces', () => {
  const [one, two] = [makeMasterKey(), makeMasterKey()]
  const keys = parseMasterKeys(`1:${one}, 2:${two}`)
  expect([...keys.keys()]).toEqual([1, 2])
  expect(keys.get(2)).toEqual(Buffer.from(two, 'base64'))
})

test.each([
  ['no version', randomBytes(32).toString('base64')],
  ['version 0', `0:${makeMasterKey()}`],
  ['a version too large for its two bytes', `65536:${makeMasterKey()}`],
  ['a version that is no number', `one:${makeMasterKey()}`],
  ['a key too short', `1:${randomBytes(31).toString('base64')}`],
  ['a key too long', `1:${randomBytes(33).toString('base64')}`],
  ['an empty list', ''],
  ['a comma too many', `1:${makeMasterKey()},`],
  ['one version given twice', `1:${makeMasterKey()},1:${makeMasterKey()}`],
])('%s is refused without naming the key', (_what, text) => {
  const said = (() => {
    try {
      parseMasterKeys(text)
    } catch (error) {
      return (error as Error).message
    }
    return undefined
  })()
  expect(said).toBeDefined()
  for (const part of text.split(/[:,]/).filter((part) => part.length > 5)) expect(said).not.toContain(part)
})

test('each purpose and version has a key of its own, the same every time', () => {
  const ring = makeKeyRing(
    new Map([
      [1, randomBytes(32)],
      [3, randomBytes(32)],
    ]),
  )
  expect(ring.newest).toBe(3)
  const keys = [ring.derive('a', 1), ring.derive('b', 1), ring.derive('a', 3), ring.derive('b', 3)]
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(4)
  expect(keys.every((key) => key.length === 32)).toBe(true)
  expect(ring.derive('a', 1)).toEqual(keys[0])
  expect([1, 2, 3].map((version) => ring.has(version))).toEqual([true, false, true])
  expect(() => ring.derive('a', 2)).toThrow('version 2 is not configured')
})
