import { z } from 'zod'
import { OwnerQuery, ResourceId, Slug, Time } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Metrics, runStatuses } from './models.ts'

/* The ingest shapes below are loose on purpose: clients of other versions send more and less (SPEC 0.2, 16.1). Unknown fields
   are dropped, and every field SPEC does not call required may be missing, null or empty. */

/** Missing, null and empty are one and the same to the server. */
const optional = <T extends z.ZodType>(schema: T) =>
  z
    .union([schema, z.literal('')])
    .nullish()
    .transform((value) => (value === '' ? null : value) as z.output<T> | null | undefined)

const Text = (max: number) => z.string().max(max).nullish()
const Count = optional(z.number().int().min(0).max(1_000_000_000))
const Free = optional(z.record(z.string().max(256), z.unknown()))
const Fraction = optional(z.number())

/** A project as the client writes it: `username/slug`, or a bare slug. */
const ProjectPath = z.string().trim().max(200).nullish()
const RunName = z.string().trim().max(256).nullish()
const Identity = { modelId: Text(64), project: ProjectPath, name: RunName }

const TrainingStarted = z.object({
  trainArgs: Free,
  epochs: Count,
  device: Text(200),
  environment: Free,
})

const EpochEnd = z.object({
  epoch: Count,
  metrics: Free,
  system: Free,
  fitness: Fraction,
  best_fitness: Fraction,
  modelInfo: Free,
  runId: Text(64),
})

const ConsoleOutput = z.object({
  chunkId: z.union([z.number().int().min(0).max(1_000_000_000), z.string().regex(/^[0-9]{0,9}$/)]).nullish(),
  content: z.string().nullish(),
  lineCount: Count,
  runId: Text(64),
})

const CheckpointSaved = z.object({ modelPath: Text(1024), runId: Text(64), uploadPath: Text(1024) })

const TrainingComplete = z.object({
  results: z
    .object({
      metrics: Free,
      bestEpoch: Count,
      bestFitness: Fraction,
      modelPath: Text(1024),
      modelSize: z.number().min(0).nullish(),
      calibration: z.unknown().optional(),
      validation: z.unknown().optional(),
    })
    .nullish(),
  classNames: z
    .union([z.array(z.string().max(1000)).max(25_000), z.record(z.string(), z.string().max(1000))])
    .nullish(),
  plots: z.array(z.unknown()).max(200).nullish(),
  runId: Text(64),
})

const event = <Name extends string, Data extends z.ZodType>(name: Name, data: Data) =>
  z.object({ event: z.literal(name), data: data.nullish(), ...Identity })

export const TrainingEvent = z.discriminatedUnion('event', [
  event('training_started', TrainingStarted),
  event('epoch_end', EpochEnd),
  event('console_output', ConsoleOutput),
  event('checkpoint_saved', CheckpointSaved),
  event('training_complete', TrainingComplete),
])
export type TrainingEvent = z.output<typeof TrainingEvent>

export const ingestTrainingEvent = endpoint({
  method: 'POST',
  path: '/api/webhooks/training/metrics',
  summary: 'Stream a training run',
  description:
    'Events may arrive out of order and more than once. A run that somebody cancelled answers `cancelled: true`; the client stops at its next check.',
  body: TrainingEvent,
  reply: z.object({
    modelId: z.string(),
    modelSlug: z.string().optional(),
    runId: z.string().optional(),
    cancelled: z.literal(true).optional(),
    received: z.literal(true),
  }),
})

export const requestModelUpload = endpoint({
  method: 'POST',
  path: '/api/webhooks/models/upload',
  summary: 'Ask for a signed address to send weights to',
  description:
    'Send the bytes with PUT to `uploadUrl` within an hour, then report `gcsPath` back as `modelPath`.',
  body: z.object({ ...Identity, filename: Text(256), runId: Text(64) }),
  reply: z.object({ uploadUrl: z.string(), gcsPath: z.string(), uploadPath: z.string() }),
})

const ModelPath = z.strictObject({ username: z.string().min(1).max(64), project: Slug, model: Slug })
const DatasetPath = z.strictObject({ username: z.string().min(1).max(64), dataset: Slug })
const Redirect = z.null()

export const resolveModelDownload = endpoint({
  method: 'GET',
  path: '/api/webhooks/models/:username/:project/:model/download',
  summary: 'Where `ul://username/project/model` is: a redirect to a signed link',
  params: ModelPath,
  reply: Redirect,
})

export const resolveDatasetExport = endpoint({
  method: 'GET',
  path: '/api/webhooks/datasets/:username/:dataset/export',
  summary: 'Where `ul://username/datasets/dataset` is: a redirect to a signed NDJSON link',
  params: DatasetPath,
  reply: Redirect,
})

const ModelId = z.strictObject({ id: ResourceId })

const TrainingJob = z
  .object({
    id: z.string(),
    status: z.enum(runStatuses),
    cancelRequested: z.boolean(),
    progress: z.object({
      currentEpoch: z.number(),
      totalEpochs: z.number(),
      percentage: z.number(),
      startedAt: Time.optional(),
      completedAt: Time.optional(),
    }),
    timing: z.object({
      elapsedMs: z.number(),
      timePerEpochMs: z.number().nullable(),
      etaMs: z.number().nullable(),
    }),
    compute: z.object({
      gpuType: z.string().nullable(),
      gpuDisplayName: z.string().nullable(),
      gpuMemoryGb: z.number().nullable(),
    }),
    device: z.string().nullable(),
    /** Parameters, FLOPs and speed, as the client measured them. */
    modelInfo: Metrics,
    trainArgs: Metrics,
    /** What the training machine told of itself; members of the workspace only. */
    environment: Metrics.optional(),
    epochMetrics: z.array(
      z.object({
        epoch: z.number(),
        metrics: Metrics,
        system: Metrics.optional(),
        fitness: z.number().nullable(),
        bestFitness: z.number().nullable(),
      }),
    ),
    results: Metrics,
    plots: z.array(z.unknown()),
    error: z.string().nullable(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'TrainingJob' })

export const getTraining = endpoint({
  method: 'GET',
  path: '/api/models/:id/training',
  summary: 'The newest training run of a model',
  params: ModelId,
  query: OwnerQuery,
  reply: z.object({ job: TrainingJob.nullable() }),
})

export const cancelTraining = endpoint({
  method: 'DELETE',
  path: '/api/models/:id/training',
  summary: 'Ask the running training to stop',
  description: 'The client stops at its next check, uploads its best weights and reports what it has.',
  params: ModelId,
  query: OwnerQuery,
  reply: z.object({
    success: z.literal(true),
    status: z.literal('cancelled'),
    warning: z.string().optional(),
  }),
})

export const getConsole = endpoint({
  method: 'GET',
  path: '/api/models/:id/console',
  summary: 'Console output of the newest run, in the order the client wrote it',
  description:
    'Ask again with `after` set to the last `chunkId` for what came since. Members of the workspace only.',
  params: ModelId,
  query: OwnerQuery.extend({ after: z.coerce.number().int().min(-1).max(1_000_000_000).default(-1) }),
  reply: z.object({
    runId: z.string().nullable(),
    chunks: z.array(z.object({ chunkId: z.number(), content: z.string() })),
    hasMore: z.boolean(),
  }),
})
