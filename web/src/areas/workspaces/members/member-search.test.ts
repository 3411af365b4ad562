import { expect, test } from 'vitest'
import { matchesSearch } from './member-search.ts'

const ada = { displayName: 'Ada Lovelace', username: 'countess', email: 'ada@engine.example' }

test.each([
  ['', true],
  ['LOVE', true],
  ['count', true],
  ['engine.example', true],
  ['lovelace  ada', true],
  ['ada babbage', false],
])('a search for "%s" finds Ada: %s', (query, found) => {
  expect(matchesSearch(ada, query)).toBe(found)
})

test('a pending invite is found by its address', () => {
  expect(matchesSearch({ username: 'bee@hive.example', email: 'bee@hive.example' }, 'hive')).toBe(true)
})
