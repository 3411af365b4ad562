import { bigint, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { TrashType } from '#contract/trash.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

export const trashItems = pgTable('trash_items', {
  seq: bigint('seq', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey(),
  id: text('id').notNull(),
  workspaceId: text('workspace_id').notNull(),
  type: text('type').$type<TrashType>().notNull(),
  resourceId: text('resource_id').notNull(),
  projectId: text('project_id'),
  name: text('name').notNull(),
  slug: text('slug').notNull(),
  modelCount: integer('model_count').notNull().default(0),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  trashedBy: text('trashed_by').notNull(),
  trashedAt: at('trashed_at').notNull(),
  doomedAt: at('doomed_at'),
})
export type TrashItemRow = typeof trashItems.$inferSelect

export const trashEmptyings = pgTable('trash_emptyings', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  upTo: bigint('up_to', { mode: 'number' }).notNull(),
  itemCount: integer('item_count').notNull(),
  startedBy: text('started_by').notNull(),
  startedAt: at('started_at').notNull(),
})
