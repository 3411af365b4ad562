import { boolean, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { z } from 'zod'
import type { Socials } from '#contract/accounts.ts'
import { bytea } from '../../cells/database.ts'

const at = (name: string) => timestamp(name, { withTimezone: true })

export const dataKeys = pgTable('data_keys', {
  accountId: text('account_id').primaryKey(),
  wrapped: bytea('wrapped').notNull(),
  createdAt: at('created_at').notNull(),
})

export const profiles = pgTable('profiles', {
  id: text('id').primaryKey(),
  username: text('username').notNull(),
  displayName: text('display_name').notNull(),
  company: text('company').notNull().default(''),
  useCase: text('use_case').notNull().default(''),
  bio: text('bio').notNull().default(''),
  socials: jsonb('socials').$type<z.output<typeof Socials>>().notNull().default({}),
  iconColor: text('icon_color'),
  iconLetter: text('icon_letter'),
  createdAt: at('created_at').notNull(),
})

export const users = pgTable('users', {
  id: text('id').primaryKey(),
  passwordHash: text('password_hash'),
  onboardedAt: at('onboarded_at').notNull(),
})

export const emails = pgTable('emails', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  addressSealed: bytea('address_sealed').notNull(),
  digest: bytea('digest').notNull(),
  verifiedAt: at('verified_at'),
  isPrimary: boolean('is_primary').notNull(),
  createdAt: at('created_at').notNull(),
})

export const sessions = pgTable('sessions', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  tokenHash: bytea('token_hash').notNull(),
  clientSealed: bytea('client_sealed').notNull(),
  createdAt: at('created_at').notNull(),
  lastActiveAt: at('last_active_at').notNull(),
  expiresAt: at('expires_at').notNull(),
})

export const passwordResets = pgTable('password_resets', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  createdAt: at('created_at').notNull(),
  expiresAt: at('expires_at').notNull(),
  usedAt: at('used_at'),
})
