import { z } from 'zod'
import { countInQuery, OwnerQuery, Region, ResourceId, Slug, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Segment } from './library-fields.ts'

const trashTypes = ['project', 'dataset', 'model'] as const
export type TrashType = (typeof trashTypes)[number]

const Named = z.object({ _id: z.string(), name: z.string(), slug: z.string() })

export const TrashItem = z
  .object({
    ...Named.shape,
    type: z.enum(trashTypes),
    trashedAt: Time,
    /** Full days until it may be purged; 0 on the last. */
    daysRemaining: z.number(),
    /** Models that went along with a project. */
    cascadedCount: z.number().optional(),
    parentProject: Named.extend({
      /** Whether the project lies in the trash itself: it is restored first. */
      inTrash: z.boolean(),
    }).optional(),
    sizeBytes: z.number(),
  })
  .meta({ id: 'TrashItem' })
export type TrashItem = z.output<typeof TrashItem>

const Counted = z.object({ count: z.number(), sizeBytes: z.number() })

const Emptying = z.object({
  jobId: z.string(),
  /** Items there were, and those that are gone. */
  total: z.number(),
  done: z.number(),
  finished: z.boolean(),
  startedAt: Time,
})

export const listTrash = endpoint({
  method: 'GET',
  path: '/api/trash',
  summary: 'What lies in the trash, newest first',
  description:
    'Everything stays 30 days and is purged at 03:00 UTC. `parent` is the id of a project in the trash and lists the models that went along. `summary` tells of the whole trash, whatever the filters.',
  query: OwnerQuery.extend({
    type: z.enum(['all', ...trashTypes]).default('all'),
    search: z.string().max(200).optional(),
    parent: ResourceId.optional(),
    sort: z.enum(['newest', 'largest']).default('newest'),
    page: countInQuery(10_000, 1),
    limit: countInQuery(200, 50),
    /** Continue after the last item of an earlier answer; instead of `page`. */
    cursor: z.string().max(200).optional(),
  }),
  reply: z.object({
    items: z.array(TrashItem),
    total: z.number(),
    page: z.number(),
    limit: z.number(),
    totalPages: z.number(),
    nextCursor: z.string().optional(),
    summary: z.object({
      totalItems: z.number(),
      totalSizeBytes: z.number(),
      byType: z.object({ projects: Counted, datasets: Counted, models: Counted, exports: Counted }),
    }),
    /** The trash was emptied, and bytes are still being removed. */
    emptying: Emptying.optional(),
    region: Region,
  }),
})

const Id = z.string().min(1).max(128)
const One = z.strictObject({ id: Id, type: z.enum(trashTypes) })
/** The earlier name of the field. */
const OneByItemId = z.strictObject({ itemId: Id, type: z.enum(trashTypes) })

export const restoreTrash = endpoint({
  method: 'POST',
  path: '/api/trash',
  summary: 'Restore something, with what went along',
  description:
    'It comes back under its own address. Where that was taken meanwhile, `-2` or a higher number is appended; `slug` tells what it has now. Models count towards the limit of the plan again.',
  query: OwnerQuery,
  body: z.union([One, OneByItemId]),
  reply: Success.extend({
    slug: Slug,
    /** What it was before, where it comes back under another. */
    formerSlug: Slug.optional(),
    restoredModels: z.number().optional(),
  }),
})

const Emptied = Success.extend({
  deleted: z.object({
    projects: z.number(),
    datasets: z.number(),
    models: z.number(),
    deployments: z.number(),
  }),
  totalDeleted: z.number(),
  /** Where progress can be asked for: the items are out of sight at once, and their bytes are removed one after another. */
  jobId: z.string(),
})

export const deleteTrash = endpoint({
  method: 'DELETE',
  path: '/api/trash',
  summary: 'Delete something in the trash for good, or everything with `all`',
  description: 'With `all` it is what `DELETE /api/trash/empty` does, and a key needs the scope admin.',
  query: OwnerQuery,
  body: z.union([One, OneByItemId, z.strictObject({ all: z.literal(true) })]),
  reply: z.union([
    Emptied,
    Success.extend({
      deletedCount: z.number(),
      cascadedModels: z.number().optional(),
      /** Deployments that go on without the model they were made from. */
      survivingDeployments: z.number().optional(),
    }),
  ]),
})

export const emptyTrash = endpoint({
  method: 'DELETE',
  path: '/api/trash/empty',
  summary: 'Empty the trash, for good',
  description:
    'Deployments of the models that go are deleted as well. What the items take is counted until their bytes are removed.',
  query: OwnerQuery,
  reply: Emptied,
})

export const emptyTrashByPost = endpoint({
  ...emptyTrash,
  method: 'POST',
  summary: 'Empty the trash, for good (earlier form of the address)',
})

export const getTrashJob = endpoint({
  method: 'GET',
  path: '/api/trash/jobs/:id',
  summary: 'How far an emptying has come',
  params: z.strictObject({ id: ResourceId }),
  query: OwnerQuery,
  reply: Emptying,
})

const TrashedProject = Success.extend({
  /** Models that went along. */
  cascadedModels: z.number(),
})

export const trashProject = endpoint({
  method: 'DELETE',
  path: '/api/projects/:id',
  summary: 'Move a project to the trash, with its models',
  description: 'Trainings of them end as cancelled.',
  params: z.strictObject({ id: Segment }),
  query: OwnerQuery,
  reply: TrashedProject,
})

export const trashProjectByPath = endpoint({
  method: 'DELETE',
  path: '/api/projects/:owner/:project',
  summary: 'Move a project to the trash, by owner and slug',
  params: z.strictObject({ owner: Segment, project: Slug }),
  reply: TrashedProject,
})

export const trashModel = endpoint({
  method: 'DELETE',
  path: '/api/models/:id',
  summary: 'Move a model to the trash',
  description: 'A training of it ends as cancelled.',
  params: z.strictObject({ id: ResourceId }),
  query: OwnerQuery,
  reply: Success,
})

export const trashModelByPath = endpoint({
  method: 'DELETE',
  path: '/api/models/:owner/:project/:model',
  summary: 'Move a model to the trash, by owner, project and slug',
  params: z.strictObject({ owner: Segment, project: Slug, model: Slug }),
  reply: Success,
})

export const trashDataset = endpoint({
  method: 'DELETE',
  path: '/api/datasets/:id',
  summary: 'Move a dataset to the trash, with its images',
  params: z.strictObject({ id: Segment }),
  query: OwnerQuery,
  reply: Success,
})

export const trashDatasetByPath = endpoint({
  method: 'DELETE',
  path: '/api/datasets/:owner/:dataset',
  summary: 'Move a dataset to the trash, by owner and slug',
  params: z.strictObject({ owner: Segment, dataset: Slug }),
  reply: Success,
})
