import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs, contentRangeOf, missingParts, spanOf } from './parts.ts'

test('what is received and what is missing are together each part once', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (held) => {
      const runs: { from: number; to: number }[] = []
      held.forEach((is, part) => {
        const last = runs.at(-1)
        if (is && last?.to === part - 1) last.to = part
        else if (is) runs.push({ from: part, to: part })
      })
      const expected = held.flatMap((is, part) => (is ? [] : [part]))
      expect(missingParts(held.length, runs)).toEqual(expected)
    }),
  )
})

test('runs that overlap or reach beyond the end name nothing twice', () => {
  expect(
    missingParts(5, [
      { from: 3, to: 9 },
      { from: 0, to: 1 },
      { from: 1, to: 1 },
    ]),
  ).toEqual([2])
  expect(missingParts(2, [{ from: 0, to: 4 }])).toEqual([])
})

test('the last part is what is left, and a range ends with its last byte', () => {
  const file = { partBytes: 10, totalBytes: 25 }
  expect([0, 1, 2].map((part) => contentRangeOf(spanOf(part, file), 25))).toEqual([
    'bytes 0-9/25',
    'bytes 10-19/25',
    'bytes 20-24/25',
  ])
})

test('waiting doubles up to half a minute', () => {
  expect([1, 2, 3, 6, 20].map(backoffMs)).toEqual([1000, 2000, 4000, 30_000, 30_000])
})
