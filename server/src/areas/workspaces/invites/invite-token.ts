import { sha256 } from '../../../crypto/digest.ts'
import { makeToken } from '../../../crypto/token.ts'
import type { EntryKey } from '../../../directory/directory.ts'

/** Of a mailed token only this is kept (SPEC 4.5). */
export const inviteDigest = (token: string): Buffer => sha256(token)

/** The directory's entry of a token. */
export const inviteEntry = (tokenDigest: Buffer): EntryKey => ({ kind: 'invite_token', digest: tokenDigest })

export const makeInviteToken = (): { token: string; digest: Buffer } => {
  const token = makeToken()
  return { token, digest: inviteDigest(token) }
}

/** The link of the mail. The token is safe in an address as it is. */
export const inviteUrl = (siteUrl: string, token: string): string => `${siteUrl}/invite?token=${token}`
