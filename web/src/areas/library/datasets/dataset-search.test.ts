import { expect, test } from 'vitest'
import { isNarrowed, readDatasetSearch, readDatasetsSearch } from './dataset-search.ts'

test('the address of the list says what is sought, and nonsense in it is passed over', () => {
  const search = {
    q: 'roads',
    sort: 'name-asc',
    page: 2,
    task: 'pose',
    status: 'failed',
    visibility: 'private',
  }
  expect(readDatasetsSearch({ ...search, page: '2' })).toEqual(search)
  const nonsense = readDatasetsSearch({
    sort: 'fame',
    task: 'dance',
    status: 'late',
    visibility: 'all',
    page: '0',
  })
  expect(Object.values(nonsense).filter((value) => value !== undefined)).toEqual([])
})

test('only what leaves something out counts as narrowed', () => {
  expect(isNarrowed(readDatasetsSearch({ sort: 'stars', page: '3' }))).toBe(false)
  expect(isNarrowed(readDatasetsSearch({ task: 'obb' }))).toBe(true)
})

test('the address of a dataset names tab and split; the first tab stays out of it', () => {
  expect(readDatasetSearch({ tab: 'versions', split: 'val' })).toEqual({ tab: 'versions', split: 'val' })
  const plain = readDatasetSearch({ tab: 'images', split: 'all' })
  expect(Object.values(plain).filter((value) => value !== undefined)).toEqual([])
})
