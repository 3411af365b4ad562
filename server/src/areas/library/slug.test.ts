import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Slug } from '#contract/common.ts'
import { freeSlug, slugLengthMax, slugOf } from './slug.ts'

test.each([
  ['My First Project', 'my-first-project'],
  ['YOLO26n (v2.1)!', 'yolo26n-v21'],
  ['  spaces   and\ttabs ', 'spaces-and-tabs'],
  ['--a--b--', 'a-b'],
  ['under_score', 'underscore'],
  ['Größe', 'gre'],
  ['目標', ''],
  ['', ''],
])('%j becomes %j, as training clients make it', (text, slug) => {
  expect(slugOf(text)).toBe(slug)
})

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'aB1-_ \t\u00a0'), maxLength: 300 }),
)

test('whatever it is made from, a slug is empty or well formed, and making it again changes nothing', () => {
  fc.assert(
    fc.property(text, (from) => {
      const slug = slugOf(from)
      if (slug !== '') expect(Slug.parse(slug)).toBe(slug)
      expect(slugOf(slug)).toBe(slug)
    }),
  )
})

test('a free slug is well formed and not taken, and the wished one when that is free', () => {
  const wish = text.map(slugOf).filter((slug) => slug !== '')
  fc.assert(
    fc.property(wish, fc.nat({ max: 30 }), (slug, runs) => {
      const taken = new Set<string>()
      expect(freeSlug(slug, taken)).toBe(slug)
      for (let run = 0; run < runs; run++) {
        const free = freeSlug(slug, taken)
        expect(Slug.parse(free).length).toBeLessThanOrEqual(slugLengthMax)
        expect(taken.has(free)).toBe(false)
        taken.add(free)
      }
    }),
  )
  expect(freeSlug('train', new Set(['train', 'train-2']))).toBe('train-3')
})
