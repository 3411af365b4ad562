import type { ProviderName } from '#contract/identities.ts'
import { type DataKey, openField, sealField } from '../../../crypto/seal.ts'
import type { Directory, EntryKey } from '../../../directory/directory.ts'
import type { identities } from '../table.ts'

export type IdentityRow = typeof identities.$inferSelect

/** What is kept of somebody's account at a provider; private, hence sealed. */
export type IdentityDetails = { subject: string; email: string | null }

/** The directory's name of an account at a provider. A subject is unique within its provider only. */
export const identityEntry = (
  directory: Pick<Directory, 'guessable'>,
  provider: ProviderName,
  subject: string,
): EntryKey => directory.guessable('external_login', `${provider}\0${subject}`)

const detailsIdentity = (userId: string, provider: ProviderName): string =>
  `identities.details:${userId}:${provider}`

export const sealDetails = (
  key: DataKey,
  userId: string,
  provider: ProviderName,
  details: IdentityDetails,
): Buffer => sealField(key, detailsIdentity(userId, provider), JSON.stringify(details))

export const openDetails = (
  key: DataKey,
  { userId, provider, detailsSealed }: IdentityRow,
): IdentityDetails => JSON.parse(openField(key, detailsIdentity(userId, provider), detailsSealed))
