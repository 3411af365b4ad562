import { bigint, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { Action, ResourceType } from '#contract/activity.ts'

export const activityEvents = pgTable('activity_events', {
  seq: bigint('seq', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  id: text('id').notNull(),
  workspaceId: text('workspace_id').notNull(),
  userId: text('user_id').notNull(),
  resourceType: text('resource_type').$type<ResourceType>().notNull(),
  action: text('action').$type<Action>().notNull(),
  resourceId: text('resource_id'),
  resourceName: text('resource_name'),
  metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
})

export const activityMarks = pgTable(
  'activity_marks',
  {
    workspaceId: text('workspace_id').notNull(),
    userId: text('user_id').notNull(),
    eventId: text('event_id').notNull(),
    seenAt: timestamp('seen_at', { withTimezone: true }),
    archivedAt: timestamp('archived_at', { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.userId, table.eventId] })],
)
