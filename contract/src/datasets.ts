import { z } from 'zod'
import { countInQuery, OwnerQuery, Region, Slug } from './common.ts'
import {
  ClassNames,
  DatasetId,
  DatasetList,
  DatasetParam,
  DatasetPath,
  datasetStatuses,
  OneDataset,
  SourcePath,
  Task,
} from './dataset-fields.ts'
import { endpoint } from './endpoint.ts'
import {
  bounded,
  Description,
  datasetSorts,
  License,
  ListOffset,
  ListSearch,
  Segment,
  Title,
  Visibility,
} from './library-fields.ts'

const Tags = z.array(z.string().trim().min(1).max(50)).max(50)
const Metadata = bounded(16 * 1024)

const FlagInQuery = z.enum(['true', 'false', '1', '0']).transform((word) => word === 'true' || word === '1')

export const listDatasets = endpoint({
  method: 'GET',
  path: '/api/datasets',
  summary: 'Datasets of the workspace, or the public ones of `username`',
  description:
    'Last changed first unless `sort` says otherwise. `total` counts what matches. Pages continue by `cursor` in the first order, by `offset` in all.',
  query: OwnerQuery.extend({
    username: z.string().max(64).optional(),
    slug: z.string().max(128).optional(),
    limit: countInQuery(1000, 20),
    /** Only where the workspace is in this region; elsewhere the list is empty. */
    region: Region.optional(),
    /** Only those you gave a star. */
    starred: FlagInQuery.optional(),
    /** Four images of each, by name and size. */
    includeSamples: FlagInQuery.optional(),
    /** The same with links to them. */
    includeImageUrls: FlagInQuery.optional(),
    /** Continue after the last dataset of an earlier answer; not with another `sort`, nor with `offset`. */
    cursor: z.string().max(100).optional(),
    q: ListSearch.optional(),
    task: Task.optional(),
    status: z.enum(datasetStatuses).optional(),
    visibility: Visibility.optional(),
    sort: z.enum(datasetSorts).default('updated'),
    offset: ListOffset.default(0),
  }),
  reply: DatasetList,
})

export const getDataset = endpoint({
  method: 'GET',
  path: '/api/datasets/:id',
  summary: 'A dataset, by id or by slug in the workspace',
  description: 'With the username of a person or team instead, the list of their datasets.',
  params: DatasetParam,
  query: OwnerQuery,
  reply: z.union([OneDataset, DatasetList]),
})

export const getDatasetByPath = endpoint({
  method: 'GET',
  path: '/api/datasets/:owner/:dataset',
  summary: 'A dataset, by owner and slug',
  params: DatasetPath,
  reply: OneDataset,
})

const NewDataset = z.strictObject({
  /** Its URL name. Made from the name, and made free, when left out. */
  slug: Slug.optional(),
  /** The same, as newer clients call it. */
  dataset: Slug.optional(),
  name: Title.optional(),
  task: Task.optional(),
  description: Description.optional(),
  visibility: Visibility.optional(),
  classNames: ClassNames.optional(),
  /** What will be sent. A file says by its name what it is, so nothing follows from this. */
  format: z.enum(['yolo', 'coco', 'raw', 'ndjson']).optional(),
  tags: Tags.optional(),
  license: License.optional(),
  metadata: Metadata.optional(),
})
export type NewDataset = z.output<typeof NewDataset>

const CreatedDataset = z.object({
  datasetId: z.string(),
  id: z.string(),
  slug: z.string(),
  owner: z.string(),
  dataset: z.string(),
  region: Region,
})

export const createDataset = endpoint({
  method: 'POST',
  path: '/api/datasets',
  summary: 'Make a dataset',
  description:
    'Empty, for detection unless told otherwise. Public unless told otherwise; in Enterprise workspaces private, under the licence Ultralytics-Enterprise. A slug that is taken is refused.',
  query: OwnerQuery,
  body: NewDataset.extend({ owner: z.string().min(1).max(64).optional() }),
  status: 201,
  reply: CreatedDataset,
})

export const createDatasetOf = endpoint({
  method: 'POST',
  path: '/api/datasets/:owner',
  summary: 'Make a dataset in the workspace of `owner`',
  params: z.strictObject({ owner: Segment }),
  body: NewDataset,
  status: 201,
  reply: CreatedDataset,
})

const DatasetChange = z.strictObject({
  name: Title.optional(),
  slug: Slug.optional(),
  description: Description.optional(),
  visibility: Visibility.optional(),
  task: Task.optional(),
  classNames: ClassNames.optional(),
  tags: Tags.optional(),
  license: License.optional(),
  metadata: Metadata.optional(),
  /** Your own star. Also for public datasets of others; send it alone then. */
  starred: z.boolean().optional(),
})
export type DatasetChange = z.output<typeof DatasetChange>

const changing = {
  body: DatasetChange,
  reply: z.object({ success: z.literal(true), slug: z.string() }),
}

export const updateDataset = endpoint({
  method: 'PATCH',
  path: '/api/datasets/:id',
  summary: 'Change a dataset; send only what changes',
  description:
    'A new name moves the slug with it, unless a slug is sent too. Class names keep their order, for labels name them by number: names may change and be added, not be fewer than before while there are images. Neither they nor the task change while a file is taken in.',
  params: DatasetParam,
  query: OwnerQuery,
  ...changing,
})

export const updateDatasetByPath = endpoint({
  method: 'PATCH',
  path: '/api/datasets/:owner/:dataset',
  summary: 'Change a dataset, by owner and slug',
  params: DatasetPath,
  ...changing,
})

const CloneDataset = z.strictObject({
  slug: Slug.optional(),
  name: Title.optional(),
  description: Description.optional(),
  visibility: Visibility.optional(),
  /** The workspace that the copy goes to. */
  owner: z.string().min(1).max(64).optional(),
})
export type CloneDataset = z.output<typeof CloneDataset>

const cloning = {
  body: CloneDataset,
  status: 201,
  reply: CreatedDataset.extend({ jobId: z.string() }),
} as const

export const cloneDataset = endpoint({
  method: 'POST',
  path: '/api/datasets/:id/clone',
  summary: 'Copy a dataset into your workspace',
  description:
    'Of public datasets, and of those you may download. Images follow in the background: until then the copy is processing. A copyleft licence comes with the copy and stays.',
  params: DatasetId,
  query: OwnerQuery,
  ...cloning,
})

export const cloneDatasetByPath = endpoint({
  method: 'POST',
  path: '/api/datasets/:username/:dataset/clone',
  summary: 'Copy a dataset, by the owner and slug of the original',
  params: SourcePath,
  query: OwnerQuery,
  ...cloning,
})
