import { expect, test } from 'vitest'
import { pageCount, readListSearch, rowsOfPage } from './list-search.ts'

const sorts = ['updated', 'name-asc'] as const

test('the address says what differs from the first page in the first order, and nothing else', () => {
  expect(readListSearch({ q: ' cats ', sort: 'name-asc', page: '3' }, sorts)).toEqual({
    q: 'cats',
    sort: 'name-asc',
    page: 3,
  })
  const plain = { q: undefined, sort: undefined, page: undefined }
  expect(readListSearch({}, sorts)).toEqual(plain)
  expect(readListSearch({ q: '  ', sort: 'updated', page: '1' }, sorts)).toEqual(plain)
  expect(readListSearch({ q: 7, sort: 'fame', page: '-2' }, sorts)).toEqual(plain)
  expect(readListSearch({ page: '1e3' }, sorts)).toEqual(plain)
})

test('no page lies beyond what the server reaches', () => {
  expect(rowsOfPage(undefined, 24)).toEqual({ offset: 0, limit: 24 })
  expect(rowsOfPage(3, 24)).toEqual({ offset: 48, limit: 24 })
  const { offset, limit } = rowsOfPage(99_999, 24)
  expect(offset + limit).toBeLessThanOrEqual(10_000)
  expect(pageCount(0, 24)).toBe(1)
  expect(pageCount(25, 24)).toBe(2)
  expect(pageCount(1_000_000, 24)).toBe(416)
})
