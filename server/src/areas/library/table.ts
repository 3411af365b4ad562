import { getTableColumns, sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import type { DatasetStatus } from '#contract/dataset-fields.ts'
import type { DeploymentStatus, Resources } from '#contract/deployments.ts'
import type { ExportFormat, ExportStatus } from '#contract/exports.ts'
import type { RunStatus } from '#contract/models.ts'
import type { AssetType } from '#contract/uploads.ts'
import { bytea } from '../../cells/database.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

export type Visibility = 'public' | 'private'
type Json = Record<string, unknown>

export const projects = pgTable('projects', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  description: text('description').notNull().default(''),
  visibility: text('visibility').$type<Visibility>().notNull(),
  tags: text('tags').array().notNull().default([]),
  license: text('license'),
  licenseLocked: boolean('license_locked').notNull().default(false),
  metadata: jsonb('metadata').$type<Json>().notNull().default({}),
  archived: boolean('archived').notNull().default(false),
  iconColor: text('icon_color'),
  iconLetter: text('icon_letter'),
  viewPreferences: jsonb('view_preferences').$type<Json>().notNull().default({}),
  starCount: integer('star_count').notNull().default(0),
  modelCount: integer('model_count').notNull().default(0),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
  trashedAt: at('trashed_at'),
  trashBatchId: text('trash_batch_id'),
})
export type ProjectRow = typeof projects.$inferSelect

export const models = pgTable('models', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  projectId: text('project_id').notNull(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  task: text('task'),
  classNames: jsonb('class_names').$type<string[]>(),
  status: text('status').$type<RunStatus>().notNull().default('untrained'),
  cancelRequested: boolean('cancel_requested').notNull().default(false),
  epochs: integer('epochs'),
  currentEpoch: integer('current_epoch'),
  bestEpoch: integer('best_epoch'),
  bestFitness: doublePrecision('best_fitness'),
  metrics: jsonb('metrics').$type<Json>().notNull().default({}),
  weightsUploadId: text('weights_upload_id'),
  weightsFinal: boolean('weights_final').notNull().default(false),
  description: text('description').notNull().default(''),
  color: text('color'),
  metadata: jsonb('metadata').$type<Json>().notNull().default({}),
  license: text('license'),
  licenseLocked: boolean('license_locked').notNull().default(false),
  datasetSlug: text('dataset_slug'),
  trainArgs: jsonb('train_args').$type<Json>().notNull().default({}),
  trainResults: jsonb('train_results').$type<{ epoch: number; metrics: Json }[]>().notNull().default([]),
  version: text('version'),
  trainingError: text('training_error'),
  starCount: integer('star_count').notNull().default(0),
  downloadCount: integer('download_count').notNull().default(0),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
  trashedAt: at('trashed_at'),
  trashBatchId: text('trash_batch_id'),
})
export type ModelRow = typeof models.$inferSelect

const { metadata, trainArgs, trainResults, ...listed } = getTableColumns(models)
/** What lists read of a model: all but what can be as large as a request. */
export const listedColumns = listed
/** The rest, for one or a few at a time. */
export const largeColumns = { metadata, trainArgs, trainResults }
export type ListedModel = Omit<ModelRow, keyof typeof largeColumns>

export const uploads = pgTable('uploads', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  assetType: text('asset_type').$type<AssetType>().notNull().default('models'),
  modelId: text('model_id'),
  datasetId: text('dataset_id'),
  startedBy: text('started_by').notNull(),
  filename: text('filename').notNull(),
  contentType: text('content_type'),
  state: text('state').$type<'pending' | 'stored'>().notNull(),
  totalBytes: bigint('total_bytes', { mode: 'number' }),
  partBytes: integer('part_bytes'),
  sizeBytes: bigint('size_bytes', { mode: 'number' }),
  createdAt: at('created_at').notNull(),
  expiresAt: at('expires_at').notNull(),
})
export type UploadRow = typeof uploads.$inferSelect

export const uploadParts = pgTable(
  'upload_parts',
  {
    uploadId: text('upload_id').notNull(),
    workspaceId: text('workspace_id').notNull(),
    number: integer('number').notNull(),
    objectId: text('object_id').notNull(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    receivedAt: at('received_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.uploadId, table.number] })],
)

export const datasets = pgTable('datasets', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  task: text('task').notNull(),
  classNames: jsonb('class_names').$type<string[]>().notNull(),
  visibility: text('visibility').$type<Visibility>().notNull(),
  status: text('status').$type<DatasetStatus>().notNull(),
  starCount: integer('star_count').notNull().default(0),
  imageCount: integer('image_count').notNull().default(0),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
  trashedAt: at('trashed_at'),
  trashBatchId: text('trash_batch_id'),
  imageBytes: bigint('image_bytes', { mode: 'number' }).notNull().default(0),
  description: text('description').notNull().default(''),
  license: text('license'),
  licenseLocked: boolean('license_locked').notNull().default(false),
  tags: text('tags').array().notNull().default([]),
  metadata: jsonb('metadata').$type<Json>().notNull().default({}),
  kptShape: jsonb('kpt_shape').$type<[number, number]>(),
  revision: integer('revision').notNull().default(0),
  trainCount: integer('train_count').notNull().default(0),
  valCount: integer('val_count').notNull().default(0),
  testCount: integer('test_count').notNull().default(0),
  labelledCount: integer('labelled_count').notNull().default(0),
  annotationCount: bigint('annotation_count', { mode: 'number' }).notNull().default(0),
  classCount: integer('class_count').generatedAlwaysAs(sql`jsonb_array_length(class_names)`).notNull(),
})
export type DatasetRow = typeof datasets.$inferSelect

export const datasetImages = pgTable('dataset_images', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  datasetId: text('dataset_id').notNull(),
  file: text('file').notNull(),
  split: text('split').$type<'train' | 'val' | 'test'>().notNull(),
  width: integer('width'),
  height: integer('height'),
  annotations: jsonb('annotations').$type<Record<string, unknown>>().notNull().default({}),
  /** Of the labels, as text. */
  labelBytes: integer('label_bytes').notNull().default(0),
  /** Of the picture and its labels. */
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  fileId: text('file_id').notNull(),
  addedRevision: integer('added_revision').notNull().default(0),
  removedRevision: integer('removed_revision'),
  stem: text('stem')
    .generatedAlwaysAs(sql`lower(regexp_replace(file, '\\.[^.]*$', '') collate "C")`)
    .notNull(),
})

const starred = <K extends string>(name: string, column: K) =>
  pgTable(
    name,
    {
      resourceId: text(column).notNull(),
      userId: text('user_id').notNull(),
      createdAt: at('created_at').notNull(),
    },
    (table) => [primaryKey({ columns: [table.resourceId, table.userId] })],
  )

export const projectStars = starred('project_stars', 'project_id')
export const modelStars = starred('model_stars', 'model_id')
export const datasetStars = starred('dataset_stars', 'dataset_id')

export const projectIcons = pgTable('project_icons', {
  projectId: text('project_id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  id: text('id').notNull(),
  webp: bytea('webp').notNull(),
})

export const exports = pgTable('exports', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  modelId: text('model_id').notNull(),
  format: text('format').$type<ExportFormat>().notNull(),
  gpuType: text('gpu_type'),
  args: jsonb('args').$type<Json>().notNull().default({}),
  status: text('status').$type<ExportStatus>().notNull(),
  error: text('error'),
  fileKey: text('file_key'),
  sizeBytes: bigint('size_bytes', { mode: 'number' }),
  createdBy: text('created_by').notNull(),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
  completedAt: at('completed_at'),
})

export const deployments = pgTable('deployments', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  modelId: text('model_id'),
  name: text('name').notNull(),
  region: text('region').notNull(),
  resources: jsonb('resources').$type<Resources>().notNull(),
  status: text('status').$type<DeploymentStatus>().notNull(),
  error: text('error'),
  createdBy: text('created_by').notNull(),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
})
