import { z } from 'zod'
import { countInQuery, OwnerQuery, Region, ResourceId, Slug, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import {
  bounded,
  Description,
  IconColor,
  License,
  ListOffset,
  ListSearch,
  modelSorts,
  Segment,
  Title,
  Visibility,
  withinBytes,
} from './library-fields.ts'

export const runStatuses = [
  'pending',
  'untrained',
  'starting',
  'running',
  'completed',
  'failed',
  'cancelled',
] as const
export type RunStatus = (typeof runStatuses)[number]

/** A training client sends null where a number was not finite (SPEC 16.1). */
export const Metrics = z.record(z.string(), z.unknown())

/** What a model may be measured by when somebody tells it (SPEC 15.6). */
const metricNames = [
  'mAP50',
  'mAP50-95',
  'precision',
  'recall',
  'accuracy_top1',
  'accuracy_top5',
  'miou',
  'pixel_acc',
  'delta1',
  'abs_rel',
  'rmse',
  'silog',
] as const

const ToldMetrics = z.partialRecord(z.enum(metricNames), z.number())

const EpochResults = z.object({ epoch: z.number(), metrics: Metrics })

export const Model = z
  .object({
    _id: z.string(),
    name: z.string(),
    slug: z.string(),
    projectId: z.string(),
    projectSlug: z.string(),
    projectName: z.string(),
    username: z.string(),
    visibility: Visibility,
    description: z.string().optional(),
    color: z.string().optional(),
    task: z.string().optional(),
    status: z.enum(runStatuses),
    /** True once Cancel was pressed and the client has not stopped yet. */
    cancelRequested: z.boolean(),
    epochs: z.number().optional(),
    currentEpoch: z.number().optional(),
    bestEpoch: z.number().optional(),
    bestFitness: z.number().optional(),
    metrics: Metrics,
    /** Left out of summaries. */
    classNames: z.array(z.string()).optional(),
    /** How the metrics went, epoch by epoch: where `fields=charts` asked, and of one model. */
    trainResults: z.array(EpochResults).optional(),
    /** These two of one model only. */
    metadata: Metrics.optional(),
    trainArgs: Metrics.optional(),
    weights: z.object({ name: z.string(), sizeBytes: z.number(), final: z.boolean() }).optional(),
    license: z.string().optional(),
    licenseLocked: z.boolean(),
    version: z.string().optional(),
    datasetSlug: z.string().optional(),
    trainingError: z.string().optional(),
    starCount: z.number(),
    isStarred: z.boolean(),
    downloadCount: z.number(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Model' })

const ModelList = z.object({ models: z.array(Model) })
const ModelsOfProject = ModelList.extend({
  /** How many there are, of those that were asked for. */
  total: z.number(),
})

/** Up to a hundred ids with commas between them. */
const Ids = z
  .string()
  .max(100 * 25)
  .transform((text) => text.split(','))
  .pipe(z.array(ResourceId).max(100))

const Choice = {
  /** `summary` leaves class names out; `charts` adds the course of the metrics. */
  fields: z.enum(['summary', 'charts']).optional(),
  ids: Ids.optional(),
  limit: countInQuery(100, 20),
  q: ListSearch.optional(),
  sort: z.enum(modelSorts).default('newest'),
  offset: ListOffset.default(0),
}

export const listModels = endpoint({
  method: 'GET',
  path: '/api/models',
  summary: 'Models of a project, newest first unless `sort` says otherwise',
  query: OwnerQuery.extend({ projectId: ResourceId, ...Choice }),
  reply: ModelsOfProject,
})

export const listModelsByPath = endpoint({
  method: 'GET',
  path: '/api/models/:owner/:project',
  summary: 'Models of a project, by owner and slug',
  params: z.strictObject({ owner: Segment, project: Slug }),
  query: z.strictObject(Choice),
  reply: ModelsOfProject,
})

export const listCompletedModels = endpoint({
  method: 'GET',
  path: '/api/models/completed',
  summary: 'Models of the workspace that are trained, last changed first',
  query: OwnerQuery.extend({ limit: countInQuery(500, 100) }),
  reply: ModelList,
})

const OneModel = z.object({ model: Model, isOwner: z.boolean() })
const ModelId = z.strictObject({ id: ResourceId })
const ModelPath = z.strictObject({ owner: Segment, project: Slug, model: Slug })

export const getModel = endpoint({
  method: 'GET',
  path: '/api/models/:id',
  summary: 'A model',
  params: ModelId,
  query: OwnerQuery,
  reply: OneModel,
})

export const getModelByPath = endpoint({
  method: 'GET',
  path: '/api/models/:owner/:project/:model',
  summary: 'A model, by owner, project and slug',
  params: ModelPath,
  reply: OneModel,
})

export const listModelFiles = endpoint({
  method: 'GET',
  path: '/api/models/:id/files',
  summary: 'Signed links to the files of a model, good for one hour',
  params: ModelId,
  query: OwnerQuery,
  reply: z.object({
    files: z.array(z.object({ name: z.string(), size: z.number(), downloadUrl: z.string() })),
  }),
})

const Epochs = z.number().int().min(0).max(1_000_000)
const TrainArgs = bounded(64 * 1024)
const TrainResults = withinBytes(
  z.array(z.strictObject({ epoch: Epochs, metrics: z.record(z.string().max(256), z.unknown()) })).max(10_000),
  1024 * 1024,
)
const Metadata = bounded(16 * 1024)
const Version = z.string().trim().max(50)

const NewModel = z.strictObject({
  /** Its URL name. Made from the name, and made free, when left out. */
  slug: Slug.optional(),
  name: Title.optional(),
  description: Description.optional(),
  task: z.string().trim().min(1).max(50).optional(),
  metadata: Metadata.optional(),
  trainArgs: TrainArgs.optional(),
  trainResults: TrainResults.optional(),
  metrics: ToldMetrics.optional(),
  epochs: Epochs.optional(),
  version: Version.optional(),
})
export type NewModel = z.output<typeof NewModel>

const CreatedModel = z.object({
  modelId: z.string(),
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  owner: z.string(),
  project: z.string(),
  projectId: z.string(),
  region: Region,
})

export const createModel = endpoint({
  method: 'POST',
  path: '/api/models',
  summary: 'Make a model in a project',
  description:
    'With metrics or results it counts as completed, without as untrained. Trained runs make theirs themselves.',
  query: OwnerQuery,
  body: NewModel.extend({ projectId: ResourceId, owner: z.string().min(1).max(64).optional() }),
  status: 201,
  reply: CreatedModel,
})

export const createModelOf = endpoint({
  method: 'POST',
  path: '/api/models/:owner/:project',
  summary: 'Make a model, by the owner and slug of its project',
  params: z.strictObject({ owner: Segment, project: Slug }),
  body: NewModel.extend({ model: Slug.optional() }),
  status: 201,
  reply: CreatedModel,
})

/** What somebody can say a training came to. That one is going on, only the training itself says. */
const settledStatuses = ['untrained', 'completed', 'failed', 'cancelled'] as const

const ModelChange = z.strictObject({
  name: Title.optional(),
  description: Description.optional(),
  color: IconColor.optional(),
  metadata: Metadata.optional(),
  status: z.enum(settledStatuses).optional(),
  license: License.optional(),
  datasetSlug: z.union([Slug, z.literal('')]).optional(),
  trainArgs: TrainArgs.optional(),
  trainResults: TrainResults.optional(),
  epochs: Epochs.optional(),
  bestEpoch: Epochs.optional(),
  bestFitness: z.number().optional(),
  version: Version.optional(),
  trainingError: z.string().trim().max(10_000).optional(),
  /** Your own star. Also for public models of others; send it alone then. */
  starred: z.boolean().optional(),
})
export type ModelChange = z.output<typeof ModelChange>

export const updateModel = endpoint({
  method: 'PATCH',
  path: '/api/models/:id',
  summary: 'Change a model; send only what changes',
  description:
    'Its slug stays when its name changes. While a training runs, what that training tells is not changed by hand.',
  params: ModelId,
  query: OwnerQuery,
  body: ModelChange,
  reply: Success,
})

export const updateModelByPath = endpoint({
  method: 'PATCH',
  path: '/api/models/:owner/:project/:model',
  summary: 'Change a model, by owner, project and slug',
  params: ModelPath,
  body: ModelChange,
  reply: Success,
})

export const trackDownload = endpoint({
  method: 'POST',
  path: '/api/models/:id/track-download',
  summary: 'Count a download of a model',
  params: ModelId,
  query: OwnerQuery,
  reply: Success,
})
