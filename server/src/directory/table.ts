import { integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { bytea } from '../cells/database.ts'

export type EntryKind =
  | 'email'
  | 'username'
  | 'external_login'
  | 'passkey'
  | 'api_key'
  | 'invite_token'
  | 'membership'
  | 'team_slot'

/** Opaque ids only: the directory knows nobody. */
export type ReleasedBy = { userId: string; apiKeyId?: string; requestId?: string }

export const entries = pgTable(
  'entries',
  {
    kind: text('kind').$type<EntryKind>().notNull(),
    digest: bytea('digest').notNull(),
    cellId: text('cell_id').notNull(),
    memberId: text('member_id'),
    subjectId: text('subject_id').notNull(),
    claimId: uuid('claim_id').notNull(),
    state: text('state').$type<'reserved' | 'confirmed' | 'releasing' | 'retired'>().notNull(),
    leaseUntil: timestamp('lease_until', { withTimezone: true }),
    releasedBy: jsonb('released_by').$type<ReleasedBy>(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.digest] })],
)

export const signUps = pgTable('sign_ups', {
  id: uuid('id').primaryKey(),
  codeNumber: integer('code_number').notNull().default(1),
  attempts: integer('attempts').notNull().default(0),
  codeSentAt: timestamp('code_sent_at', { withTimezone: true }).notNull(),
  verifiedAt: timestamp('verified_at', { withTimezone: true }),
  finishedAt: timestamp('finished_at', { withTimezone: true }),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
})

export const usedTokens = pgTable('used_tokens', {
  id: text('id').primaryKey(),
  usedBy: text('used_by'),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
})

export const installation = pgTable('installation', { sealedCheck: bytea('sealed_check').notNull() })
