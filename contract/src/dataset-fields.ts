import { z } from 'zod'
import { Region, ResourceId, Slug, Time } from './common.ts'
import { Segment, Visibility } from './library-fields.ts'

/* What routes of datasets take and show. */

export const datasetTasks = ['detect', 'segment', 'classify', 'pose', 'obb', 'semantic', 'depth'] as const
export type DatasetTask = (typeof datasetTasks)[number]
export const Task = z.enum(datasetTasks)

export const datasetStatuses = ['processing', 'ready', 'failed'] as const
export type DatasetStatus = (typeof datasetStatuses)[number]

export const splits = ['train', 'val', 'test'] as const
export type Split = (typeof splits)[number]
export const SplitName = z.enum(splits)

export const classNamesMax = 25_000
/** Of all names of classes together. */
export const classNamesBytesMax = 512 * 1024
export const ClassName = z.string().trim().min(1).max(100)
export const bytesOf = (names: readonly string[]): number =>
  names.reduce((sum, name) => sum + new TextEncoder().encode(name).length, 0)
export const ClassNames = z
  .array(ClassName)
  .max(classNamesMax)
  .refine((names) => new Set(names).size === names.length, 'must name each class once')
  .refine(
    (names) => bytesOf(names) <= classNamesBytesMax,
    `must be at most ${classNamesBytesMax / 1024} KB together`,
  )

/** An image as it is shown beside its dataset. Both links are signed, and hold a day at least. */
export const Sample = z.object({
  _id: z.string(),
  file: z.string(),
  width: z.number(),
  height: z.number(),
  thumbnailUrl: z.string().optional(),
  url: z.string().optional(),
})

export const Dataset = z
  .object({
    _id: z.string(),
    name: z.string(),
    slug: z.string(),
    description: z.string().optional(),
    task: z.string(),
    visibility: Visibility,
    username: z.string(),
    status: z.enum(datasetStatuses),
    imageCount: z.number(),
    annotationCount: z.number(),
    /** Of the images it shows and of those that versions keep. */
    totalBytes: z.number(),
    classCount: z.number(),
    /** In lists the first 100. */
    classNames: z.array(z.string()),
    /** Images of each split. */
    splits: z.object({ train: z.number(), val: z.number(), test: z.number() }),
    /** Images with a label. */
    labelledCount: z.number(),
    tags: z.array(z.string()),
    license: z.string().optional(),
    licenseLocked: z.boolean(),
    starCount: z.number(),
    isStarred: z.boolean(),
    /** Some of its images, where they were asked for. */
    sampleImages: z.array(Sample).optional(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Dataset' })

const skipReasons = [
  'too_small',
  'too_large',
  'unreadable',
  'unsupported',
  'name_taken',
  'bad_name',
  'bad_line',
  'link_not_ours',
  'link_expired',
  'no_image',
  'over_limit',
] as const
export type SkipReason = (typeof skipReasons)[number]

/** What a job left out, and why. */
const JobReport = z.object({
  skipped: z.partialRecord(z.enum(skipReasons), z.number()).optional(),
  /** The first of them. */
  examples: z.array(z.object({ file: z.string(), reason: z.enum(skipReasons) })).optional(),
  /** Lines of labels that say nothing valid. */
  badLabels: z.number().optional(),
})
export type JobReport = z.output<typeof JobReport>

export const DatasetJob = z
  .object({
    jobId: z.string(),
    kind: z.enum(['ingest', 'clone']),
    status: z.enum(['queued', 'running', 'completed', 'failed']),
    /** Images that were dealt with, of so many once that is known. */
    processed: z.number(),
    total: z.number().optional(),
    skipped: z.number(),
    report: JobReport,
    error: z.string().optional(),
    createdAt: Time,
    endedAt: Time.optional(),
  })
  .meta({ id: 'DatasetJob' })

/** What is still missing before a training can use it (SPEC 15.5). */
const lacks = ['train', 'val', 'labels', 'classNames', 'kptShape'] as const
export type Lack = (typeof lacks)[number]

const DatasetInFull = Dataset.extend({
  metadata: z.record(z.string(), z.unknown()),
  kptShape: z.tuple([z.number(), z.number()]).optional(),
  trainable: z.boolean(),
  lacks: z.array(z.enum(lacks)),
  /** The last job that changed, or is to change, its images. */
  job: DatasetJob.optional(),
  /** The newest version, and whether the dataset still stands as it says. */
  latestVersion: z.object({ version: z.number(), unchanged: z.boolean() }).optional(),
}).meta({ id: 'DatasetInFull' })

export const OneDataset = z.object({ dataset: DatasetInFull, isOwner: z.boolean() })
export const DatasetList = z.object({
  datasets: z.array(Dataset),
  total: z.number(),
  region: Region,
  nextCursor: z.string().optional(),
})

export const DatasetParam = z.strictObject({ id: Segment })
export const DatasetPath = z.strictObject({ owner: Segment, dataset: Slug })
/** Where the path names somebody else's, and `owner` the workspace that acts. */
export const SourcePath = z.strictObject({ username: Segment, dataset: Slug })
export const DatasetId = z.strictObject({ id: ResourceId })

export const IngestOptions = z.object({
  /** Where all images go, whatever the file says. */
  targetSplit: SplitName.optional(),
  /** What happens to an image whose name is there already: it stays (the default), both stay, or the new one takes its place. */
  conflictPolicy: z.enum(['skip', 'keep_both', 'replace']).optional(),
  /** Names of classes in the file, or their numbers, and what they are called here; empty leaves their labels out. */
  classMapping: z.record(z.string().max(100), z.string().trim().max(100)).optional(),
})
export type IngestOptions = {
  targetSplit?: Split | undefined
  conflictPolicy?: 'skip' | 'keep_both' | 'replace' | undefined
  classMapping?: Record<string, string> | undefined
}
