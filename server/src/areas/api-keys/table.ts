import { bigint, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { Scope } from '#contract/permissions.ts'
import { bytea } from '../../cells/database.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

export const apiKeys = pgTable('api_keys', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  createdBy: text('created_by').notNull(),
  name: text('name').notNull(),
  keyPrefix: text('key_prefix').notNull(),
  digest: bytea('digest').notNull(),
  sealed: bytea('sealed').notNull(),
  keyVersion: integer('key_version').notNull(),
  scopes: text('scopes').array().$type<Scope[]>(),
  createdAt: at('created_at').notNull(),
  lastUsedAt: at('last_used_at'),
  usageCount: bigint('usage_count', { mode: 'number' }).notNull().default(0),
})
