import type { ProviderName } from '#contract/identities.ts'
import { type DataKey, openField, sealField } from '../../../crypto/seal.ts'
import type { Directory, EntryKey } from '../../../directory/directory.ts'
import type { identities } from '../table.ts'

export type IdentityRow = typeof identities.$inferSelect

/** Somebody's account at a provider; private, hence kept sealed. `issuer` is which installation of the provider it is at: ids of one say
 *  nothing about another's. */
export type ExternalAccount = {
  provider: ProviderName
  issuer: string
  subject: string
  email: string | null
}

/** The directory's name of an account at a provider. */
export const identityEntry = (
  directory: Pick<Directory, 'guessable'>,
  { provider, issuer, subject }: Pick<ExternalAccount, 'provider' | 'issuer' | 'subject'>,
): EntryKey => directory.guessable('external_login', [provider, issuer, subject].join('\0'))

const detailsIdentity = (userId: string, provider: ProviderName): string =>
  `identities.details:${userId}:${provider}`

export const sealAccount = (key: DataKey, userId: string, account: ExternalAccount): Buffer =>
  sealField(key, detailsIdentity(userId, account.provider), JSON.stringify(account))

export const openAccount = (
  key: DataKey,
  { userId, provider, detailsSealed }: IdentityRow,
): ExternalAccount => JSON.parse(openField(key, detailsIdentity(userId, provider), detailsSealed))
