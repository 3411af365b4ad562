import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { IngestOptions, JobReport } from '#contract/dataset-fields.ts'
import { bytea } from '../../../cells/database.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

export const imageFiles = pgTable('image_files', {
  id: text('id').primaryKey(),
  digest: bytea('digest'),
  wrappedKey: bytea('wrapped_key').notNull(),
  type: text('type'),
  width: integer('width'),
  height: integer('height'),
  sizeBytes: bigint('size_bytes', { mode: 'number' }),
  unusedSince: at('unused_since'),
  isGoing: boolean('is_going').notNull().default(false),
})

/** The first line of an NDJSON file (SPEC 16.6). */
export type DatasetHead = {
  type: 'dataset'
  task: string
  name: string
  class_names: Record<string, string>
  kpt_shape?: [number, number]
}

export const datasetVersions = pgTable('dataset_versions', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  datasetId: text('dataset_id').notNull(),
  version: integer('version').notNull(),
  revision: integer('revision').notNull(),
  head: jsonb('head').$type<DatasetHead>().notNull(),
  classCount: integer('class_count').notNull().default(0),
  description: text('description').notNull().default(''),
  imageCount: integer('image_count').notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: at('created_at').notNull(),
})
export type DatasetVersionRow = typeof datasetVersions.$inferSelect

/** What an ingest learns before its first image: how class numbers of the file become those of the dataset, -1 for none. */
export type IngestPlan = {
  task: string
  /** All that the dataset has then. */
  classNames: string[]
  /** What the file calls its classes. */
  names: string[]
  classes: number[]
  kptShape: [number, number] | null
  /** No names are known: class numbers stay, and are named after themselves. */
  isUnnamed: boolean
}

export type JobState = 'queued' | 'running' | 'tidying' | 'failing' | 'done' | 'failed'

export const datasetJobs = pgTable('dataset_jobs', {
  id: text('id').primaryKey(),
  seq: bigint('seq', { mode: 'number' }).generatedAlwaysAsIdentity(),
  workspaceId: text('workspace_id').notNull(),
  datasetId: text('dataset_id').notNull(),
  kind: text('kind').$type<'ingest' | 'clone'>().notNull(),
  state: text('state').$type<JobState>().notNull(),
  revision: integer('revision').notNull(),
  uploadId: text('upload_id'),
  source: jsonb('source').$type<CloneSource>(),
  options: jsonb('options').$type<IngestOptions>().notNull().default({}),
  plan: jsonb('plan').$type<IngestPlan>(),
  doneEntries: integer('done_entries').notNull().default(0),
  processed: integer('processed').notNull().default(0),
  total: integer('total'),
  /** Images it replaced that go when it is done, and what they count. */
  replaced: integer('replaced').notNull().default(0),
  replacedBytes: bigint('replaced_bytes', { mode: 'number' }).notNull().default(0),
  report: jsonb('report').$type<JobReport>().notNull().default({}),
  error: text('error'),
  heardAt: at('heard_at'),
  lostTurns: integer('lost_turns').notNull().default(0),
  stuckSince: at('stuck_since'),
  createdBy: text('created_by').notNull(),
  createdAt: at('created_at').notNull(),
  endedAt: at('ended_at'),
})
export type DatasetJobRow = typeof datasetJobs.$inferSelect

/** What a copy is made of: the original as it stood at this revision. */
export type CloneSource = { cellId: string; datasetId: string; revision: number }

export const datasetJobLabels = pgTable(
  'dataset_job_labels',
  {
    jobId: text('job_id').notNull(),
    path: text('path').notNull(),
    lines: text('lines').notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.path] })],
)
