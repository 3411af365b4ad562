import type { ModelSort, ProjectSort } from '#contract/library-fields.ts'

export const projectSortWords: Record<ProjectSort, string> = {
  updated: 'Last changed',
  newest: 'Newest',
  oldest: 'Oldest',
  'name-asc': 'Name, A to Z',
  'name-desc': 'Name, Z to A',
  stars: 'Most stars',
  'count-desc': 'Most models',
}

export const modelSortWords: Record<ModelSort, string> = {
  newest: 'Newest',
  oldest: 'Oldest',
  updated: 'Last changed',
  'name-asc': 'Name, A to Z',
  'name-desc': 'Name, Z to A',
  fitness: 'Best fitness',
  stars: 'Most stars',
}
