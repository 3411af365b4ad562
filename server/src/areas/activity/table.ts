import { bigint, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { Action, ResourceType } from '#contract/activity.ts'
import { bytea } from '../../cells/database.ts'

const seq = (name: string) => bigint(name, { mode: 'number' })

export const activityEvents = pgTable('activity_events', {
  seq: seq('seq').generatedAlwaysAsIdentity().primaryKey(),
  id: text('id').notNull(),
  workspaceId: text('workspace_id').notNull(),
  userId: text('user_id').notNull(),
  resourceType: text('resource_type').$type<ResourceType>().notNull(),
  action: text('action').$type<Action>().notNull(),
  resourceId: text('resource_id'),
  resourceName: text('resource_name'),
  metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  clientSealed: bytea('client_sealed'),
})
export type EventRow = typeof activityEvents.$inferSelect

/** How far somebody has seen and archived the feed of a workspace. */
export const activityReaders = pgTable(
  'activity_readers',
  {
    workspaceId: text('workspace_id').notNull(),
    userId: text('user_id').notNull(),
    seenSeq: seq('seen_seq').notNull().default(0),
    archivedSeq: seq('archived_seq').notNull().default(0),
    archiveRound: integer('archive_round').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId] })],
)

/** Where a single event differs from that. */
export const activityMarks = pgTable(
  'activity_marks',
  {
    workspaceId: text('workspace_id').notNull(),
    userId: text('user_id').notNull(),
    eventId: text('event_id').notNull(),
    seq: seq('seq'),
    seenAt: timestamp('seen_at', { withTimezone: true }),
    archivedAt: timestamp('archived_at', { withTimezone: true }),
    restoredRound: integer('restored_round'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.eventId] })],
)

export const activityUndone = pgTable('activity_undone', {
  eventId: text('event_id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  undoneBy: text('undone_by').notNull(),
  undoneAt: timestamp('undone_at', { withTimezone: true }).notNull(),
})
