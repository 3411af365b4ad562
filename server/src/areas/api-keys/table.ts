import { bigint, date, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
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
  sealed: bytea('sealed'),
  keyVersion: integer('key_version').notNull(),
  scopes: text('scopes').array().$type<Scope[]>(),
  createdAt: at('created_at').notNull(),
  lastUsedAt: at('last_used_at'),
  usageCount: bigint('usage_count', { mode: 'number' }).notNull().default(0),
  expiresAt: at('expires_at'),
  pausedAt: at('paused_at'),
  pausedBy: text('paused_by'),
  allowedAddresses: text('allowed_addresses').array(),
  remindedAt: at('reminded_at'),
  replacedAt: at('replaced_at'),
})
export type ApiKeyRow = typeof apiKeys.$inferSelect

export const apiKeyClients = pgTable(
  'api_key_clients',
  {
    keyId: text('key_id').notNull(),
    digest: bytea('digest').notNull(),
    detailsSealed: bytea('details_sealed').notNull(),
    firstUsedAt: at('first_used_at').notNull(),
    lastUsedAt: at('last_used_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.digest] })],
)

export const apiKeyUses = pgTable(
  'api_key_uses',
  {
    keyId: text('key_id').notNull(),
    clientDigest: bytea('client_digest').notNull(),
    endpoint: text('endpoint').notNull(),
    day: date('day').notNull(),
    uses: bigint('uses', { mode: 'number' }).notNull(),
    lastUsedAt: at('last_used_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.keyId, table.clientDigest, table.endpoint, table.day] })],
)
