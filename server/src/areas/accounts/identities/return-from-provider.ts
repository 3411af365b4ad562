import { and, eq } from 'drizzle-orm'
import { Email } from '#contract/common.ts'
import type { Reason } from '#contract/errors.ts'
import type { ProviderProblem } from '#contract/identities.ts'
import { secondsAfter } from '../../../clock.ts'
import type { SessionCredential } from '../../../door/actor.ts'
import { recentSeconds } from '../../../door/door.ts'
import { Refusal } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import type { ExternalPerson, IdentityProvider } from '../../../ports/identity/identity-provider.ts'
import { countFactors, needsSecondFactor } from '../factors/second-factor.ts'
import { lockUser } from '../lock-user.ts'
import type { Client } from '../sessions/known-device.ts'
import { hasProvedSince, rotateSession } from '../sessions/session.ts'
import { digestProof, passFirstFactor, type SignedIn } from '../sign-in/pending-sign-in.ts'
import type { SignUp } from '../sign-up/sign-up-token.ts'
import { startSignUpFromProvider } from '../sign-up/start-sign-up.ts'
import { identities } from '../table.ts'
import { connectIdentity } from './connect-identity.ts'
import { type ExternalAccount, identityEntry } from './identity.ts'
import { linkByAddress } from './link-by-address.ts'
import { type Visit, visitSeconds } from './visit.ts'

type Caller = Client & { requestId: string }

type Needs = Pick<House, 'directory' | 'cells' | 'config' | 'keyRing' | 'mail' | 'rate' | 'siteUrl' | 'log'>

/** The session of the browser that comes back, when it has one. */
export type Returning = { session: { userId: string; credential: SessionCredential } | undefined }

/** What came of a visit to a provider. */
export type Outcome =
  | SignedIn
  | { next: 'onboarding' | 'verify'; signUp: SignUp }
  | { next: 'back'; cookie: string }
  | { next: 'back'; problem: ProviderProblem }

/** Ends a visit: asks the provider who has come back, and does what the visit was begun for. Each visit is used once. Whatever fails at
 *  the provider admits nobody. */
export const returnFromProvider = async (
  house: Needs,
  provider: IdentityProvider,
  visit: Visit,
  callback: URL,
  { session, client, at }: Returning & { client: Caller; at: Date },
): Promise<Outcome> => {
  if (!(await house.directory.spendToken(visit.id, new Date(visit.expiresAt))))
    return problem('provider_expired')
  if (callback.searchParams.has('error'))
    return problem(
      callback.searchParams.get('error') === 'access_denied' ? 'provider_denied' : 'provider_failed',
    )
  let person: ExternalPerson
  try {
    person = await provider.finish(visit, callback, { fresh: visit.intent === 'confirm' })
  } catch (fault) {
    house.log.warn({ provider: provider.name, fault }, 'sign-in with a provider failed')
    return problem('provider_failed')
  }
  const work =
    visit.intent === 'sign-in'
      ? signIn(house, provider, person, client, at)
      : actInside(house, provider, person, visit, { session, client }, at)
  return work.catch((error) => {
    // Whoever comes back is shown a page, not an answer for programs.
    if (error instanceof Refusal && error.reason in problems)
      return problem(problems[error.reason] ?? 'provider_expired')
    throw error
  })
}

const problems: Partial<Record<Reason, ProviderProblem>> = {
  mail_unavailable: 'mail_not_sent',
  too_many_mails: 'mail_not_sent',
  invalid_credentials: 'provider_expired',
  authentication_required: 'provider_expired',
  store_unavailable: 'provider_busy',
}

const problem = (problem: ProviderProblem): Outcome => ({ next: 'back', problem })

/** By the account at the provider, then by an address that the provider has checked (SPEC 2); else it is the beginning of a sign-up. */
const signIn = async (
  house: Needs,
  provider: IdentityProvider,
  person: ExternalPerson,
  client: Caller,
  at: Date,
): Promise<Outcome> => {
  const { directory, cells } = house
  const account = accountOf(provider, person)
  const entry = identityEntry(directory, account)
  const known = await directory.find(entry)
  if (known) {
    const first = { userId: known.subjectId, method: provider.name, proof: digestProof(entry.digest) }
    return passFirstFactor(house, cells.get(known.cellId), first, client, at)
  }
  const { email } = account
  if (email === null) return problem('provider_without_email')
  const owner = person.emailVerified && (await directory.find(directory.guessable('email', email)))
  if (owner) return linkByAddress(house, { ...account, email }, owner, client, at)
  const signUp = await startSignUpFromProvider(
    house,
    { ...account, email, name: person.name },
    { emailVerified: person.emailVerified, ip: client.ip },
    at,
  )
  return { next: signUp.verified ? 'onboarding' : 'verify', signUp }
}

const accountOf = (
  { name, issuer }: IdentityProvider,
  { subject, email }: ExternalPerson,
): ExternalAccount => ({
  provider: name,
  issuer,
  subject,
  email: Email.safeParse(email).data ?? null,
})

/** What somebody signed in has asked for: to connect an account, or to confirm who they are. Another session than the one that set out is
 *  another person, or a sign-out in between. */
const actInside = async (
  house: Needs,
  provider: IdentityProvider,
  person: ExternalPerson,
  visit: Visit,
  { session, client }: Returning & { client: Caller },
  at: Date,
): Promise<Outcome> => {
  if (!session || session.credential.sessionId !== visit.sessionId) return problem('provider_expired')
  const asked = { ...session, client }
  const account = accountOf(provider, person)
  return visit.intent === 'connect' ? connect(house, account, asked, at) : confirm(house, account, asked, at)
}

type Asked = { userId: string; credential: SessionCredential; client: Caller }

const connect = async (
  house: Needs,
  account: ExternalAccount,
  { userId, credential, client }: Asked,
  at: Date,
): Promise<Outcome> => {
  const { cell } = credential
  // The visit may have been begun before something aged the session; it may be as old as visits get, and no older.
  const since = secondsAfter(at, -recentSeconds - visitSeconds)
  const self = { userId, requestId: client.requestId }
  const linked = await connectIdentity(house, cell, self, account, at, (tx) =>
    hasProvedSince(tx, credential.sessionId, since),
  )
  if (linked === 'not-theirs') return problem('reauthentication_required')
  if (linked === 'another') return problem('identity_mismatch')
  if (linked === 'taken') {
    const place = await house.directory.find(identityEntry(house.directory, account))
    // Held, but not in force: somebody is connecting or disconnecting it at this moment.
    if (!place) return problem('provider_busy')
    if (place.subjectId !== userId) return problem('identity_in_use')
  }
  return { next: 'back', cookie: await cell.db.transaction((tx) => rotateSession(tx, credential, at)) }
}

/** The same as signing in again as the same person: where a second factor is set up, it is asked for as well. */
const confirm = async (
  house: Needs,
  account: ExternalAccount,
  { userId, credential, client }: Asked,
  at: Date,
): Promise<Outcome> => {
  const { cell } = credential
  const { digest } = identityEntry(house.directory, account)
  const confirmed = await cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    const [own] = await tx
      .select()
      .from(identities)
      .where(and(eq(identities.userId, userId), eq(identities.digest, digest)))
    if (!own) return 'not-theirs'
    if (needsSecondFactor(await countFactors(tx, userId))) return 'second-factor'
    return { cookie: await rotateSession(tx, credential, at, { secondFactor: null }) }
  })
  if (confirmed === 'not-theirs') return problem('identity_mismatch')
  if (confirmed !== 'second-factor') return { next: 'back', ...confirmed }
  const first = { userId, method: account.provider, proof: digestProof(digest) } as const
  return passFirstFactor(house, cell, first, client, at)
}
