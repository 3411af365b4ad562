import { z } from 'zod'
import { countInQuery, Region, Time } from './common.ts'
import { Sample } from './dataset-fields.ts'
import { endpoint } from './endpoint.ts'
import { Project } from './projects.ts'

/** A dataset as lists show it. */
const ExploredDataset = z
  .object({
    _id: z.string(),
    name: z.string(),
    slug: z.string(),
    task: z.string(),
    username: z.string(),
    imageCount: z.number(),
    classCount: z.number(),
    starCount: z.number(),
    isStarred: z.boolean(),
    /** Some of its images. */
    sampleImages: z.array(Sample),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'ExploredDataset' })

const exploreSorts = [
  'stars',
  'newest',
  'oldest',
  'name-asc',
  'name-desc',
  'count-desc',
  'count-asc',
] as const
export type ExploreSort = (typeof exploreSorts)[number]

/** Regions whose cell did not answer in time: what is there is missing from the answer. */
const Unreachable = z.array(Region)

export const exploreSearch = endpoint({
  method: 'GET',
  path: '/api/explore/search',
  summary: 'Public projects and datasets of everybody',
  description:
    '`q` looks within names; of one or two characters, at their beginning. `count` is the number of models or of images. `offset` reaches the first 10,000.',
  query: z.strictObject({
    q: z.string().trim().max(100).optional(),
    type: z.enum(['all', 'projects', 'datasets']).default('all'),
    sort: z.enum(exploreSorts).default('stars'),
    offset: z.coerce.number().int().min(0).max(10_000).default(0),
    limit: countInQuery(100, 20),
    /** Projects with a model for this task, and datasets for it. */
    task: z.string().trim().max(50).optional(),
    /** Of this person or team. */
    author: z.string().max(64).optional(),
    /** Of those that you gave a star. */
    starred: z.enum(['true', 'false']).optional(),
  }),
  reply: z.object({
    projects: z.array(Project),
    datasets: z.array(ExploredDataset),
    hasMore: z.boolean(),
    unreachable: Unreachable,
  }),
})

export const exploreSidebar = endpoint({
  method: 'GET',
  path: '/api/explore/sidebar',
  summary: 'What stands beside Explore: the most starred, the newest, and your stars',
  query: z.strictObject({}),
  reply: z.object({
    popular: z.object({ projects: z.array(Project), datasets: z.array(ExploredDataset) }),
    newest: z.object({ projects: z.array(Project), datasets: z.array(ExploredDataset) }),
    starred: z.object({ projects: z.array(Project), datasets: z.array(ExploredDataset) }),
    unreachable: Unreachable,
  }),
})
