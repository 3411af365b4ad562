import { randomUUID } from 'node:crypto'
import type { ProviderName } from '#contract/identities.ts'
import { secondsAfter } from '../../../clock.ts'
import { equalBytes } from '../../../crypto/digest.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { openToken, sealToken } from '../../../crypto/sealed-token.ts'
import { makeToken } from '../../../crypto/token.ts'
import type { House } from '../../../house.ts'
import type { Visit as ProviderVisit } from '../../../ports/identity/identity-provider.ts'

type VisitIntent = 'sign-in' | 'connect' | 'confirm'

/** A visit to a provider under way. It lives sealed in a cookie, so the browser that comes back is the one that left (RFC 9700, 4.7), and
 *  is used once. */
export type Visit = ProviderVisit & {
  id: string
  provider: ProviderName
  intent: VisitIntent
  /** Where to go afterwards, a path on this site. */
  next: string
  /** The session that asked, for `connect` and `confirm`. */
  sessionId: string | null
  expiresAt: string
}

export const visitSeconds = 10 * 60

/** Random throughout; what the provider sees of it is the state, the nonce and the challenge of the verifier (RFC 7636). */
export const makeVisit = (
  { siteUrl }: Pick<House, 'siteUrl'>,
  about: Pick<Visit, 'provider' | 'intent' | 'next' | 'sessionId'>,
  at: Date,
): Visit => ({
  ...about,
  id: randomUUID(),
  state: makeToken(),
  nonce: makeToken(),
  codeVerifier: makeToken(),
  redirectUri: `${siteUrl()}/api/auth/oauth/${about.provider}/callback`,
  expiresAt: secondsAfter(at, visitSeconds).toISOString(),
})

export const sealVisit = (ring: KeyRing, visit: Visit): string => sealToken(ring, 'visit', visit)

/** The visit in a cookie when it is the one that `state` belongs to; undefined for every other. */
export const openVisit = (
  ring: KeyRing,
  cookie: string | undefined,
  { provider, state }: { provider: ProviderName; state: string | undefined },
  at: Date,
): Visit | undefined => {
  const visit = openToken<Visit>(ring, 'visit', cookie, at)
  if (!visit || state === undefined || visit.provider !== provider) return undefined
  return equalBytes(Buffer.from(visit.state), Buffer.from(state)) ? visit : undefined
}
