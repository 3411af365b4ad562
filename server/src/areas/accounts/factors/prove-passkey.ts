import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { PasskeyAssertion } from '#contract/factors.ts'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { passkeys } from '../table.ts'
import { makeChallenge, readChallenge } from './passkey-challenge.ts'
import { passkeyEntry } from './passkey-entry.ts'
import { relyingParty } from './relying-party.ts'

export type Assertion = z.output<typeof PasskeyAssertion>

/** What the browser needs to use a passkey. It names nobody and no credential: every passkey here knows its owner, so the answer tells a
 *  stranger nothing about who has an account. */
export const challengePasskey = async (
  house: Pick<House, 'keyRing' | 'siteUrl'>,
  at: Date,
): Promise<Record<string, unknown>> => ({
  ...(await generateAuthenticationOptions({
    rpID: relyingParty(house).id,
    challenge: new Uint8Array(makeChallenge(house.keyRing, 'use', at)),
    userVerification: 'required',
  })),
})

/** Whose passkey has answered a challenge of ours, for the first time. Refuses with passkey_rejected whatever is wrong with it. */
export const provePasskey = async (
  house: Pick<House, 'directory' | 'cells' | 'keyRing' | 'siteUrl'>,
  assertion: Assertion,
  at: Date,
): Promise<{ cell: Cell; userId: string; passkeyId: string }> => {
  const { directory, cells, keyRing } = house
  const credentialId = Buffer.from(assertion.id, 'base64url')
  const place = await directory.find(passkeyEntry(credentialId))
  if (!place) throw refuse('passkey_rejected')
  const { cellId, subjectId: userId } = place
  const cell = cells.get(cellId)
  const [row] = await cell.db
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.credentialId, credentialId), eq(passkeys.userId, userId)))
  if (!row) throw refuse('passkey_rejected')
  const { userHandle } = assertion.response
  if (userHandle && Buffer.from(userHandle, 'base64url').toString() !== userId)
    throw refuse('passkey_rejected')

  const party = relyingParty(house)
  let challenge: ReturnType<typeof readChallenge>
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: assertion as unknown as AuthenticationResponseJSON,
    expectedChallenge: (text) => {
      challenge = readChallenge(keyRing, 'use', text, at)
      return challenge !== undefined
    },
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: {
      id: assertion.id,
      publicKey: new Uint8Array(row.publicKey),
      counter: row.counter,
      transports: row.transports,
    },
  }).catch((cause) => {
    throw refuse('passkey_rejected', { cause })
  })
  if (!verified || !challenge || !(await directory.spendToken(challenge.id, challenge.expiresAt)))
    throw refuse('passkey_rejected')
  // The counter may only grow (WebAuthn Level 3, 6.1.1): of two answers at once by a copied key one is refused here.
  const noted = await cell.db
    .update(passkeys)
    .set({
      counter: authenticationInfo.newCounter,
      synced: authenticationInfo.credentialBackedUp,
      lastUsedAt: at,
    })
    .where(and(eq(passkeys.id, row.id), eq(passkeys.counter, row.counter)))
    .returning({ id: passkeys.id })
  if (noted.length === 0) throw refuse('passkey_rejected')
  return { cell, userId, passkeyId: row.id }
}

/** Refuses with passkey_rejected when the passkey was removed while its answer was checked. Called under the user's lock, so that a
 *  removal that comes now weakens what the passkey opens. */
export const requireKept = async (tx: Tx, passkeyId: string): Promise<void> => {
  const kept = await tx.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.id, passkeyId))
  if (kept.length === 0) throw refuse('passkey_rejected')
}
