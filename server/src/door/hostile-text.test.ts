import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findHostileText } from './hostile-text.ts'

const nested = (depth: number): unknown => (depth === 0 ? 'x' : { inside: nested(depth - 1) })

test('a null byte or half a surrogate pair is found wherever it hides', () => {
  for (const text of ['a\0b', '\ud800', 'a\udfffb'])
    for (const value of [text, [text], { name: text }, { [text]: 1 }, { a: [{ b: [1, null, text] }] }])
      expect(findHostileText(value), JSON.stringify(value)).toMatch(/^must /)
})

test('honest text of any script passes', () => {
  for (const value of ['', 'Größe 目標 😀', { a: ['\n\t', 1, true, null] }, undefined, null, 5, []])
    expect(findHostileText(value)).toBeUndefined()
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(findHostileText({ text: [text.replaceAll('\0', '')] })).toBeUndefined()
    }),
  )
})

test('a body may nest 31 levels, and absurd depth is answered without recursing into it', () => {
  expect(findHostileText(nested(31))).toBeUndefined()
  expect(findHostileText(nested(33))).toBe('must not be nested deeper than 32 levels')
  expect(findHostileText(JSON.parse('['.repeat(5000) + ']'.repeat(5000)))).toMatch(/nested/)
})
