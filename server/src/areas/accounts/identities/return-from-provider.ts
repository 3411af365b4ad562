import { and, eq } from 'drizzle-orm'
import { Email } from '#contract/common.ts'
import type { ProviderProblem } from '#contract/identities.ts'
import type { SessionCredential } from '../../../door/actor.ts'
import { Refusal } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import type { ExternalPerson, IdentityProvider } from '../../../ports/identity/identity-provider.ts'
import { countFactors, needsSecondFactor } from '../factors/second-factor.ts'
import { identityProof, passFirstFactor, type SignedIn } from '../pending-sign-in.ts'
import type { Client } from '../sessions/known-device.ts'
import { rotateSession } from '../sessions/session.ts'
import type { SignUp } from '../sign-up-token.ts'
import { startSignUpFromProvider } from '../start-sign-up.ts'
import { identities } from '../table.ts'
import { connectIdentity } from './connect-identity.ts'
import { identityEntry } from './identity.ts'
import type { Visit } from './visit.ts'

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
  if (visit.intent === 'sign-in')
    return signIn(house, provider, person, client, at).catch((error) => {
      // Whoever comes back is shown a page, not an answer for programs.
      if (!(error instanceof Refusal)) throw error
      const { reason } = error
      return problem(
        reason === 'mail_unavailable' || reason === 'too_many_mails' ? 'mail_not_sent' : 'provider_expired',
      )
    })
  // Another session than the one that set out is another person, or a sign-out in between.
  if (session?.credential.sessionId !== visit.sessionId || !session) return problem('provider_expired')
  const asked = { ...session, client }
  return visit.intent === 'connect'
    ? connect(house, provider, person, asked, at)
    : confirm(house, provider, person, asked, at)
}

const problem = (problem: ProviderProblem): Outcome => ({ next: 'back', problem })

type Asked = { userId: string; credential: SessionCredential; client: Caller }

/** By subject, then by an address that the provider has checked (SPEC 2); else it is the beginning of a sign-up. */
const signIn = async (
  house: Needs,
  { name: provider }: IdentityProvider,
  person: ExternalPerson,
  client: Caller,
  at: Date,
): Promise<Outcome> => {
  const { directory, cells } = house
  const entry = identityEntry(directory, provider, person.subject)
  const proof = identityProof(entry.digest)
  const known = await directory.find(entry)
  if (known)
    return passFirstFactor(
      house,
      cells.get(known.cellId),
      { userId: known.subjectId, method: provider, proof },
      client,
      at,
    )
  const email = Email.safeParse(person.email).data ?? null
  if (email === null) return problem('provider_without_email')
  const details = { subject: person.subject, email }
  const owner = person.emailVerified && (await directory.find(directory.guessable('email', email)))
  if (!owner) {
    const signUp = await startSignUpFromProvider(
      house,
      { provider, ...details, name: person.name },
      person,
      at,
    )
    return { next: signUp.verified ? 'onboarding' : 'verify', signUp }
  }
  const cell = cells.get(owner.cellId)
  const self = { userId: owner.subjectId, requestId: client.requestId }
  const linked = await connectIdentity(house, cell, self, provider, details, at)
  if (linked === 'another') return problem('identity_mismatch')
  if (linked === 'taken') return problem('provider_expired')
  return passFirstFactor(house, cell, { userId: owner.subjectId, method: provider, proof }, client, at)
}

const connect = async (
  house: Needs,
  { name: provider }: IdentityProvider,
  person: ExternalPerson,
  { userId, credential, client }: Asked,
  at: Date,
): Promise<Outcome> => {
  const { cell } = credential
  const email = Email.safeParse(person.email).data ?? null
  const details = { subject: person.subject, email }
  const linked = await connectIdentity(
    house,
    cell,
    { userId, requestId: client.requestId },
    provider,
    details,
    at,
  )
  if (linked === 'another') return problem('identity_mismatch')
  if (linked === 'taken') {
    const place = await house.directory.find(identityEntry(house.directory, provider, person.subject))
    if (place?.subjectId !== userId) return problem('identity_in_use')
  }
  return { next: 'back', cookie: await cell.db.transaction((tx) => rotateSession(tx, credential, at)) }
}

/** The same as signing in again as the same person: where a second factor is set up, it is asked for as well. */
const confirm = async (
  house: Needs,
  { name: provider }: IdentityProvider,
  person: ExternalPerson,
  { userId, credential, client }: Asked,
  at: Date,
): Promise<Outcome> => {
  const { cell } = credential
  const { digest } = identityEntry(house.directory, provider, person.subject)
  const [own] = await cell.db
    .select()
    .from(identities)
    .where(and(eq(identities.userId, userId), eq(identities.digest, digest)))
  if (!own) return problem('identity_mismatch')
  if (needsSecondFactor(await countFactors(cell.db, userId))) {
    const first = { userId, method: provider, proof: identityProof(digest) } as const
    return passFirstFactor(house, cell, first, client, at)
  }
  return {
    next: 'back',
    cookie: await cell.db.transaction((tx) => rotateSession(tx, credential, at, { secondFactor: null })),
  }
}
