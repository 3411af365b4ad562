import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import type { RunStatus } from '#contract/library.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

export type Visibility = 'public' | 'private'

export const projects = pgTable('projects', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  description: text('description').notNull().default(''),
  visibility: text('visibility').$type<Visibility>().notNull(),
  tags: text('tags').array().notNull().default([]),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
  trashedAt: at('trashed_at'),
})

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
  metrics: jsonb('metrics').$type<Record<string, unknown>>().notNull().default({}),
  weightsUploadId: text('weights_upload_id'),
  weightsFinal: boolean('weights_final').notNull().default(false),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
  trashedAt: at('trashed_at'),
})

export const uploads = pgTable('uploads', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  modelId: text('model_id').notNull(),
  startedBy: text('started_by').notNull(),
  filename: text('filename').notNull(),
  state: text('state').$type<'pending' | 'stored'>().notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }),
  createdAt: at('created_at').notNull(),
  expiresAt: at('expires_at').notNull(),
})

export const datasets = pgTable('datasets', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  task: text('task').notNull(),
  classNames: jsonb('class_names').$type<string[]>().notNull(),
  visibility: text('visibility').$type<Visibility>().notNull(),
  status: text('status').$type<'processing' | 'ready' | 'failed'>().notNull(),
  createdAt: at('created_at').notNull(),
  updatedAt: at('updated_at').notNull(),
  trashedAt: at('trashed_at'),
})

export const datasetImages = pgTable('dataset_images', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  datasetId: text('dataset_id').notNull(),
  file: text('file').notNull(),
  split: text('split').$type<'train' | 'val' | 'test'>().notNull(),
  width: integer('width'),
  height: integer('height'),
  annotations: jsonb('annotations').$type<Record<string, unknown>>().notNull().default({}),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
})
