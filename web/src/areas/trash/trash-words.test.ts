import { expect, test } from 'vitest'
import type { TrashItem } from '#contract/trash.ts'
import { readTrashSearch } from './trash-search.ts'
import { comesBack, goesForGood, timeLeft } from './trash-words.ts'

const roads: TrashItem = {
  _id: 'a'.repeat(24),
  name: 'Roads',
  slug: 'roads',
  type: 'project',
  trashedAt: '2026-03-05T10:00:00Z',
  daysRemaining: 12,
  cascadedCount: 1,
  sizeBytes: 5,
}

test('a question tells what comes back and what goes, with the models in numbers', () => {
  expect(comesBack(roads)).toBe('“Roads” comes back where it was, with 1 model that went along.')
  expect(comesBack({ ...roads, cascadedCount: 0 })).toBe('“Roads” comes back where it was.')
  expect(goesForGood({ ...roads, cascadedCount: 1200 })).toContain('1,200 models that went along')
})

test('the last day is told as such', () => {
  expect([timeLeft(0), timeLeft(1), timeLeft(30)]).toEqual(['Last day', '1 day left', '30 days left'])
})

test('an address says which part of the trash, and what it says badly is left out', () => {
  expect(readTrashSearch({ type: 'model', search: '2026', page: '3' })).toEqual({
    type: 'model',
    search: '2026',
    page: 3,
  })
  expect(readTrashSearch({ type: 'all', search: '', page: '1' })).toEqual({})
  expect(readTrashSearch({ page: '0.5' })).toEqual({})
  expect(readTrashSearch({ search: 2026, page: 600 })).toEqual({ search: '2026', page: 500 })
})
