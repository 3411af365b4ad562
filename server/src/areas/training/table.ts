import { doublePrecision, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true })
type Json = Record<string, unknown>

export const trainingRuns = pgTable('training_runs', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  modelId: text('model_id').notNull(),
  projectId: text('project_id').notNull(),
  requestedName: text('requested_name').notNull(),
  status: text('status').$type<'running' | 'completed' | 'failed' | 'cancelled'>().notNull(),
  startedBy: text('started_by').notNull(),
  apiKeyId: text('api_key_id'),
  trainArgs: jsonb('train_args').$type<Json>().notNull().default({}),
  environment: jsonb('environment').$type<Json>().notNull().default({}),
  device: text('device'),
  epochs: integer('epochs'),
  datasetId: text('dataset_id'),
  modelInfo: jsonb('model_info').$type<Json>().notNull().default({}),
  results: jsonb('results').$type<Json>().notNull().default({}),
  plots: jsonb('plots').$type<unknown[]>().notNull().default([]),
  error: text('error'),
  cancelRequestedAt: at('cancel_requested_at'),
  lastEventAt: at('last_event_at').notNull(),
  startedAt: at('started_at').notNull(),
  endedAt: at('ended_at'),
})

export const runEpochs = pgTable(
  'run_epochs',
  {
    runId: text('run_id').notNull(),
    workspaceId: text('workspace_id').notNull(),
    epoch: integer('epoch').notNull(),
    metrics: jsonb('metrics').$type<Json>().notNull(),
    system: jsonb('system').$type<Json>(),
    fitness: doublePrecision('fitness'),
    bestFitness: doublePrecision('best_fitness'),
    receivedAt: at('received_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.epoch] })],
)

export const runConsoleChunks = pgTable(
  'run_console_chunks',
  {
    runId: text('run_id').notNull(),
    workspaceId: text('workspace_id').notNull(),
    chunkId: integer('chunk_id').notNull(),
    content: text('content').notNull(),
    receivedAt: at('received_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.chunkId] })],
)
