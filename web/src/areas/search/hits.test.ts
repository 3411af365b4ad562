import { expect, test } from 'vitest'
import { groupsOf, stepFrom } from './hits.ts'

const found = {
  pages: [
    { title: 'Trash', path: '/settings?tab=trash' },
    { title: 'Datasets', path: '/datasets' },
  ],
  projects: [{ _id: 'p', name: 'Trash sorting', slug: 'trash-sorting' }],
  models: [{ _id: 'm', name: 'small', slug: 'small', projectSlug: 'trash-sorting' }],
  datasets: [{ _id: 'd', name: 'Bins', slug: 'bins' }],
  deployments: [],
}

test('hits lead to pages this app has, and empty groups are left out', () => {
  const groups = groupsOf(found, 'ada', (path) => path === '/settings')
  expect(groups.map(({ heading, hits }) => [heading, hits.map(({ href }) => href)])).toEqual([
    ['Pages', ['/settings?tab=trash']],
    ['Projects', ['/ada/trash-sorting']],
    ['Models', ['/ada/trash-sorting/small']],
  ])
})

test('arrow keys go round', () => {
  expect(stepFrom(-1, 1, 3)).toBe(0)
  expect(stepFrom(2, 1, 3)).toBe(0)
  expect(stepFrom(0, -1, 3)).toBe(2)
  expect(stepFrom(0, 1, 0)).toBe(-1)
})
