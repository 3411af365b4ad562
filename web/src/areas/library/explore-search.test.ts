import { expect, test } from 'vitest'
import { readExploreSearch } from './explore-search.ts'

test('the address of Explore says what is sought, and nonsense in it is passed over', () => {
  expect(
    readExploreSearch({
      q: 'cats',
      type: 'datasets',
      sort: 'newest',
      task: 'pose',
      author: 'ada',
      starred: 'true',
    }),
  ).toMatchObject({
    q: 'cats',
    type: 'datasets',
    sort: 'newest',
    task: 'pose',
    author: 'ada',
    starred: 'true',
  })
  const nonsense = readExploreSearch({
    type: 'people',
    task: 'dance',
    author: 'a/b',
    starred: 'yes',
    page: '0',
  })
  expect(Object.values(nonsense).filter((value) => value !== undefined)).toEqual([])
})
