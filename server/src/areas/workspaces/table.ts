import { bigint, boolean, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { Plan } from '#contract/common.ts'
import type { GivenRole } from '#contract/members.ts'
import type { Role } from '#contract/permissions.ts'
import { bytea } from '../../cells/database.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

export const workspaces = pgTable('workspaces', {
  id: text('id').primaryKey(),
  accountType: text('account_type').$type<'personal' | 'team'>().notNull(),
  plan: text('plan').$type<Plan>().notNull().default('free'),
  storageBytes: bigint('storage_bytes', { mode: 'number' }).notNull().default(0),
  modelBytes: bigint('model_bytes', { mode: 'number' }).notNull().default(0),
  datasetBytes: bigint('dataset_bytes', { mode: 'number' }).notNull().default(0),
  exportBytes: bigint('export_bytes', { mode: 'number' }).notNull().default(0),
  storageChecks: integer('storage_checks').notNull().default(0),
  storageRecalculatedAt: at('storage_recalculated_at'),
  secondFactorRequired: boolean('second_factor_required').notNull().default(false),
  seatsMax: integer('seats_max'),
  enterpriseUntil: at('enterprise_until'),
  deletedAt: at('deleted_at'),
  createdAt: at('created_at').notNull(),
})
export type WorkspaceRow = typeof workspaces.$inferSelect

export const memberships = pgTable(
  'memberships',
  {
    workspaceId: text('workspace_id').notNull(),
    userId: text('user_id').notNull(),
    role: text('role').$type<Role>().notNull(),
    joinedAt: at('joined_at').notNull(),
    invitedBy: text('invited_by'),
    emailSealed: bytea('email_sealed'),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId] })],
)
export type MembershipRow = typeof memberships.$inferSelect

export const invites = pgTable('invites', {
  id: text('id').primaryKey(),
  workspaceId: text('workspace_id').notNull(),
  emailSealed: bytea('email_sealed').notNull(),
  emailDigest: bytea('email_digest').notNull(),
  role: text('role').$type<GivenRole>().notNull(),
  tokenDigest: bytea('token_digest').notNull(),
  invitedBy: text('invited_by').notNull(),
  status: text('status')
    .$type<'pending' | 'accepted' | 'cancelled' | 'expired'>()
    .notNull()
    .default('pending'),
  createdAt: at('created_at').notNull(),
  expiresAt: at('expires_at').notNull(),
  settledAt: at('settled_at'),
})
export type InviteRow = typeof invites.$inferSelect
