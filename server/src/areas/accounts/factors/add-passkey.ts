import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Parsed } from '#contract/endpoint.ts'
import type { addPasskey as endpoint } from '#contract/factors.ts'
import type { Cell } from '../../../cells/cells.ts'
import { makeId } from '../../../crypto/token.ts'
import { claimed } from '../../../directory/two-store.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { findPrimaryEmail } from '../emails/find-email.ts'
import { lockUser } from '../lock-user.ts'
import { noticeOwner } from '../notices.ts'
import { loadProfile } from '../profiles/profile.ts'
import { recordSecurity, type Self } from '../security-event.ts'
import { ageWeakSessions, rotateSession } from '../sessions/session.ts'
import { passkeys } from '../table.ts'
import { type FirstFactor, keepFirstCodes, prepareFirstCodes } from './first-factor.ts'
import { makeChallenge, readChallenge } from './passkey-challenge.ts'
import { passkeyEntry } from './passkey-entry.ts'
import { type PasskeyView, passkeyView } from './passkey-view.ts'
import { relyingParty } from './relying-party.ts'

const passkeysMax = 20
/** EdDSA, ES256 and RS256 (COSE). What the library would add by default is still an experiment in Node. */
const algorithms = [-8, -7, -257] as const

/** What the browser needs to make a passkey: one that names its owner by itself and checks who holds it, so that it can sign in alone. */
export const startPasskey = async (
  house: Pick<House, 'keyRing' | 'siteUrl'>,
  cell: Cell,
  userId: string,
  at: Date,
): Promise<Record<string, unknown>> => {
  const { displayName } = await loadProfile(cell.db, userId)
  const kept = await cell.db.select().from(passkeys).where(eq(passkeys.userId, userId))
  if (kept.length >= passkeysMax) throw refuse('passkey_limit_reached')
  const options = await generateRegistrationOptions({
    rpName: 'Gatehouse',
    rpID: relyingParty(house).id,
    userID: new Uint8Array(Buffer.from(userId)),
    userName: await findPrimaryEmail(cell.db, house.keyRing, userId),
    userDisplayName: displayName,
    challenge: new Uint8Array(makeChallenge(house.keyRing, `register:${userId}`, at)),
    supportedAlgorithmIDs: [...algorithms],
    attestationType: 'none',
    excludeCredentials: kept.map(({ credentialId, transports }) => ({
      id: credentialId.toString('base64url'),
      transports,
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return { ...options }
}

/** Keeps a passkey: reserved in the directory, written in the cell, confirmed. Returns the session's new cookie, and recovery codes when
 *  this is the first factor. Refuses with passkey_rejected when the answer is not one to a challenge of this person's, or was used
 *  before; with passkey_already_kept or passkey_limit_reached. */
export const addPasskey = async (
  house: Pick<House, 'directory' | 'keyRing' | 'siteUrl'>,
  session: { cell: Cell; sessionId: string },
  self: Self,
  { name, credential: response }: Parsed<typeof endpoint, 'body'>,
  at: Date,
): Promise<FirstFactor & { passkey: PasskeyView; cookie: string }> => {
  const { cell } = session
  const { userId } = self
  const made = await verifyRegistration(house, userId, response, at)
  const prepared = await prepareFirstCodes(house, cell, userId)
  const row = {
    id: makeId(at),
    userId,
    name: name ?? 'Passkey',
    credentialId: Buffer.from(made.credential.id, 'base64url'),
    publicKey: Buffer.from(made.credential.publicKey),
    counter: made.credential.counter,
    transports: (response.response.transports ?? []).slice(0, 10),
    synced: made.credentialBackedUp,
    createdAt: at,
    lastUsedAt: null,
  }
  const place = { cellId: cell.id, subjectId: userId }
  const write = () =>
    cell.db.transaction(async (tx) => {
      await lockUser(tx, userId)
      const [kept] = await tx
        .select({ count: sql<number>`count(*)::int` })
        .from(passkeys)
        .where(eq(passkeys.userId, userId))
      if ((kept?.count ?? 0) >= passkeysMax) throw refuse('passkey_limit_reached')
      const first = await keepFirstCodes(tx, userId, prepared)
      await tx.insert(passkeys).values(row)
      await recordSecurity(tx, self, 'passkey_added', at, { passkey: row.name })
      await noticeOwner(tx, house, cell, userId, { kind: 'factor-added', factor: `passkey “${row.name}”` })
      await ageWeakSessions(tx, userId, session.sessionId)
      return first
    })
  const undo = () => cell.db.delete(passkeys).where(eq(passkeys.id, row.id))
  const claim = await claimed(house.directory, [passkeyEntry(row.credentialId)], place, at, { write, undo })
  if (claim.taken) throw refuse('passkey_already_kept')
  // Last: a session whose new token never reaches the browser would be lost.
  const cookie = await cell.db.transaction((tx) => rotateSession(tx, session, at, { secondFactor: row.id }))
  return { ...claim.written, passkey: passkeyView(row), cookie }
}

const verifyRegistration = async (
  { directory, keyRing, siteUrl }: Pick<House, 'directory' | 'keyRing' | 'siteUrl'>,
  userId: string,
  response: z.output<(typeof endpoint)['body']>['credential'],
  at: Date,
) => {
  const party = relyingParty({ siteUrl })
  let challenge: ReturnType<typeof readChallenge>
  const result = await verifyRegistrationResponse({
    // The library reads more lenient types than the contract lets in.
    response: response as unknown as RegistrationResponseJSON,
    expectedChallenge: (text) => {
      challenge = readChallenge(keyRing, `register:${userId}`, text, at)
      return challenge !== undefined
    },
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: [...algorithms],
  }).catch((cause) => {
    throw refuse('passkey_rejected', { cause })
  })
  if (!result.verified || !challenge || !(await directory.spendToken(challenge.id, challenge.expiresAt)))
    throw refuse('passkey_rejected')
  return result.registrationInfo
}
