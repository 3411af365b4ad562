import { z } from 'zod'
import { countInQuery, OwnerQuery, ResourceId, Time } from './common.ts'
import { DatasetParam, DatasetPath, IngestOptions, SplitName } from './dataset-fields.ts'
import { endpoint } from './endpoint.ts'

/* What goes into datasets, and what comes out of them. */

const Ingest = z.strictObject({
  sessionId: ResourceId.optional(),
  sourceUrl: z.string().max(4096).optional(),
  reference: z.string().max(4096).optional(),
  ...IngestOptions.shape,
})

const queued = {
  status: 201,
  reply: z.object({ jobId: z.string(), status: z.literal('queued') }),
} as const

const ingestWords =
  'The file is read in the background; `job` of the dataset tells how far. Files come by upload alone: this server fetches nothing from elsewhere, so `sourceUrl` and `reference` are refused.'

export const ingestDataset = endpoint({
  method: 'POST',
  path: '/api/datasets/ingest',
  summary: 'Take an uploaded file into a dataset',
  description: ingestWords,
  query: OwnerQuery,
  body: Ingest.extend({ datasetId: ResourceId, owner: z.string().min(1).max(64).optional() }),
  ...queued,
})

export const ingestDatasetByPath = endpoint({
  method: 'POST',
  path: '/api/datasets/:owner/:dataset/ingest',
  summary: 'Take an uploaded file into a dataset, by owner and slug',
  description: ingestWords,
  params: DatasetPath,
  body: Ingest,
  ...queued,
})

const ImageInList = z.object({
  _id: z.string(),
  file: z.string(),
  split: SplitName,
  width: z.number(),
  height: z.number(),
  sizeBytes: z.number(),
  annotations: z.record(z.string(), z.unknown()),
  url: z.string(),
  thumbnailUrl: z.string(),
})

const imagesQuery = {
  split: SplitName.optional(),
  limit: countInQuery(200, 50),
  /** Continue after the last image of an earlier answer. */
  cursor: z.string().max(100).optional(),
}
const ImageList = z.object({
  images: z.array(ImageInList),
  total: z.number(),
  hasMore: z.boolean(),
  nextCursor: z.string().optional(),
})

export const listDatasetImages = endpoint({
  method: 'GET',
  path: '/api/datasets/:id/images',
  summary: 'Images of a dataset with their labels, in the order they came',
  params: DatasetParam,
  query: OwnerQuery.extend(imagesQuery),
  reply: ImageList,
})

export const listDatasetImagesByPath = endpoint({
  method: 'GET',
  path: '/api/datasets/:owner/:dataset/images',
  summary: 'Images of a dataset, by owner and slug',
  params: DatasetPath,
  query: z.strictObject(imagesQuery),
  reply: ImageList,
})

const VersionInQuery = { v: z.coerce.number().int().min(1).max(1_000_000).optional() }
const ExportLink = z.object({
  /** NDJSON, good for an hour. */
  downloadUrl: z.string(),
  /** Of the dataset as it stands: whether a version says the same. */
  cached: z.boolean().optional(),
  version: z.number().optional(),
})

export const exportDataset = endpoint({
  method: 'GET',
  path: '/api/datasets/:id/export',
  summary: 'A signed link to a dataset as NDJSON, or to a version of it',
  params: DatasetParam,
  query: OwnerQuery.extend(VersionInQuery),
  reply: ExportLink,
})

export const exportDatasetByPath = endpoint({
  method: 'GET',
  path: '/api/datasets/:owner/:dataset/export',
  summary: 'A signed link to a dataset as NDJSON, by owner and slug',
  params: DatasetPath,
  query: z.strictObject(VersionInQuery),
  reply: ExportLink,
})

const VersionDescription = z.string().trim().max(1000)
const versioning = {
  body: z.strictObject({ description: VersionDescription.optional() }),
  reply: z.object({ version: z.number(), downloadUrl: z.string(), reused: z.literal(true).optional() }),
}
const describing = {
  body: z.strictObject({ version: z.number().int().min(1).max(1_000_000), description: VersionDescription }),
  reply: z.object({ ok: z.literal(true) }),
}

export const versionDataset = endpoint({
  method: 'POST',
  path: '/api/datasets/:id/export',
  summary: 'Keep a dataset as it stands, as a version that never changes',
  description: 'Where nothing has changed since the newest version, that one is named again.',
  params: DatasetParam,
  query: OwnerQuery,
  ...versioning,
})

export const versionDatasetByPath = endpoint({
  method: 'POST',
  path: '/api/datasets/:owner/:dataset/export',
  summary: 'Keep a dataset as it stands, by owner and slug',
  params: DatasetPath,
  ...versioning,
})

export const describeVersion = endpoint({
  method: 'PATCH',
  path: '/api/datasets/:id/export',
  summary: 'Describe a version',
  params: DatasetParam,
  query: OwnerQuery,
  ...describing,
})

export const describeVersionByPath = endpoint({
  method: 'PATCH',
  path: '/api/datasets/:owner/:dataset/export',
  summary: 'Describe a version, by owner and slug',
  params: DatasetPath,
  ...describing,
})

const Versions = z.object({
  versions: z.array(
    z.object({
      version: z.number(),
      description: z.string(),
      imageCount: z.number(),
      classCount: z.number(),
      createdAt: Time,
    }),
  ),
  nextCursor: z.string().optional(),
})
const versionsQuery = {
  limit: countInQuery(200, 50),
  /** Continue after the last version of an earlier answer. */
  cursor: z.string().max(20).optional(),
}

export const listVersions = endpoint({
  method: 'GET',
  path: '/api/datasets/:id/versions',
  summary: 'Versions of a dataset, newest first',
  params: DatasetParam,
  query: OwnerQuery.extend(versionsQuery),
  reply: Versions,
})

export const listVersionsByPath = endpoint({
  method: 'GET',
  path: '/api/datasets/:owner/:dataset/versions',
  summary: 'Versions of a dataset, by owner and slug',
  params: DatasetPath,
  query: z.strictObject(versionsQuery),
  reply: Versions,
})
