import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { z } from 'zod'
import type { Region } from '#contract/common.ts'
import type { ProviderName } from '#contract/identities.ts'
import type { Socials } from '#contract/profile-fields.ts'
import type { Preferences } from '#contract/profiles.ts'
import { bytea } from '../../cells/database.ts'

/** What somebody has set; what is missing is as it was at the start (SPEC 3.5). */
export type StoredPreferences = {
  theme?: Preferences['theme']
  earlyAccess?: boolean
  mail?: Partial<Record<'trainingComplete' | 'deploymentStatus' | 'productUpdates', boolean>>
}

/** By what a session was opened. */
export type SignInMethod = 'password' | 'passkey' | ProviderName

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
  signupBonusCents: integer('signup_bonus_cents').notNull().default(0),
  preferences: jsonb('preferences').$type<StoredPreferences>().notNull().default({}),
})

export const emails = pgTable('emails', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  addressSealed: bytea('address_sealed').notNull(),
  digest: bytea('digest').notNull(),
  verifiedAt: at('verified_at'),
  isPrimary: boolean('is_primary').notNull(),
  createdAt: at('created_at').notNull(),
  codeDigest: text('code_digest'),
  codeSentAt: at('code_sent_at'),
  codeAttempts: integer('code_attempts').notNull().default(0),
})

export const sessions = pgTable('sessions', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  tokenHash: bytea('token_hash').notNull(),
  clientSealed: bytea('client_sealed').notNull(),
  createdAt: at('created_at').notNull(),
  lastActiveAt: at('last_active_at').notNull(),
  expiresAt: at('expires_at').notNull(),
  authenticatedAt: at('authenticated_at').notNull(),
  methods: text('methods').array().$type<SignInMethod[]>().notNull().default([]),
  secondFactor: text('second_factor'),
  activeCellId: text('active_cell_id'),
  activeWorkspaceId: text('active_workspace_id'),
})

/** Members whose own account lives in another cell: the name this cell is told of them. */
export const guests = pgTable('guests', {
  id: text('id').primaryKey(),
  username: text('username').notNull(),
  displayName: text('display_name').notNull(),
  region: text('region').$type<Region>().notNull(),
  createdAt: at('created_at').notNull(),
})

export const knownDevices = pgTable(
  'known_devices',
  {
    userId: text('user_id').notNull(),
    digest: bytea('digest').notNull(),
    lastSeenAt: at('last_seen_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.digest] })],
)

export const identities = pgTable(
  'identities',
  {
    userId: text('user_id').notNull(),
    provider: text('provider').$type<ProviderName>().notNull(),
    digest: bytea('digest').notNull(),
    detailsSealed: bytea('details_sealed').notNull(),
    connectedAt: at('connected_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.provider] })],
)

export const disconnectedIdentities = pgTable(
  'disconnected_identities',
  { userId: text('user_id').notNull(), digest: bytea('digest').notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.digest] })],
)

export const passkeys = pgTable('passkeys', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  name: text('name').notNull(),
  credentialId: bytea('credential_id').notNull(),
  publicKey: bytea('public_key').notNull(),
  counter: bigint('counter', { mode: 'number' }).notNull(),
  transports: text('transports').array().notNull().default([]),
  synced: boolean('synced').notNull(),
  createdAt: at('created_at').notNull(),
  lastUsedAt: at('last_used_at'),
})

export const totps = pgTable('totps', {
  userId: text('user_id').primaryKey(),
  secretSealed: bytea('secret_sealed').notNull(),
  createdAt: at('created_at').notNull(),
  confirmedAt: at('confirmed_at'),
  lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
})

export const recoveryCodes = pgTable(
  'recovery_codes',
  { userId: text('user_id').notNull(), digest: bytea('digest').notNull() },
  (table) => [primaryKey({ columns: [table.userId, table.digest] })],
)

export const profileIcons = pgTable('profile_icons', {
  profileId: text('profile_id').primaryKey(),
  id: text('id').notNull(),
  webp: bytea('webp').notNull(),
})

export const follows = pgTable(
  'follows',
  {
    profileId: text('profile_id').notNull(),
    followerId: text('follower_id').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.profileId, table.followerId] })],
)

export const passwordResets = pgTable('password_resets', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull(),
  createdAt: at('created_at').notNull(),
  expiresAt: at('expires_at').notNull(),
  usedAt: at('used_at'),
})
