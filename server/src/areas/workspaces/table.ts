import { bigint, boolean, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { Plan } from '#contract/common.ts'
import type { Role } from '#contract/permissions.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

export const workspaces = pgTable('workspaces', {
  id: text('id').primaryKey(),
  accountType: text('account_type').$type<'personal' | 'team'>().notNull(),
  plan: text('plan').$type<Plan>().notNull().default('free'),
  storageBytes: bigint('storage_bytes', { mode: 'number' }).notNull().default(0),
  secondFactorRequired: boolean('second_factor_required').notNull().default(false),
  createdAt: at('created_at').notNull(),
})

export const memberships = pgTable(
  'memberships',
  {
    workspaceId: text('workspace_id').notNull(),
    userId: text('user_id').notNull(),
    role: text('role').$type<Role>().notNull(),
    joinedAt: at('joined_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId] })],
)
