import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import { sha256 } from '../../../crypto/digest.ts'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import { openToken, sealToken } from '../../../crypto/sealed-token.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { countFactors, needsSecondFactor } from '../factors/second-factor.ts'
import { type Link, mayLink } from '../identities/may-link.ts'
import { lockUser } from '../lock-user.ts'
import type { Client } from '../sessions/known-device.ts'
import { openSession } from '../sessions/session.ts'
import { identities, type SignInMethod, users } from '../table.ts'

/** The first factor of a sign-in: what was proved, in a form that stops matching once it is changed or taken away. */
export type FirstProof = {
  userId: string
  method: Exclude<SignInMethod, 'passkey'>
  proof: string
  /** An account at a provider that is not connected yet: the person was found by the address it vouches for. It is connected once the
   *  whole sign-in has succeeded. */
  link?: Link
}

/** A sign-in that has shown the first factor and waits for the second. It lives sealed in a cookie and opens nothing by itself. */
export type PendingSignIn = FirstProof & { id: string; cellId: string; expiresAt: string }

export const pendingSeconds = 10 * 60

export const sealPendingSignIn = (ring: KeyRing, pending: PendingSignIn): string =>
  sealToken(ring, 'second-factor', pending)

export const openPendingSignIn = (
  ring: KeyRing,
  cookie: string | undefined,
  at: Date,
): PendingSignIn | undefined => openToken<PendingSignIn>(ring, 'second-factor', cookie, at)

export const passwordProof = (passwordHash: string): string => sha256(passwordHash).toString('base64url')
/** Of a connected account, or of an address. */
export const digestProof = (digest: Buffer): string => digest.toString('base64url')

/** How a sign-in goes on after its first factor. */
export type SignedIn = { next: 'home'; cookie: string } | { next: 'second-factor'; pending: PendingSignIn }

/** Opens a session for somebody who has shown a first factor, or asks for the second where one is set up. Refuses with
 *  invalid_credentials when what was proved has been changed meanwhile. */
export const passFirstFactor = async (
  house: Pick<House, 'config' | 'keyRing'>,
  cell: Cell,
  first: FirstProof,
  client: Client,
  at: Date,
): Promise<SignedIn> =>
  cell.db.transaction(async (tx) => {
    if (!(await isStillGood(tx, first))) throw refuse('invalid_credentials')
    if (needsSecondFactor(await countFactors(tx, first.userId))) {
      const expiresAt = secondsAfter(at, pendingSeconds).toISOString()
      return { next: 'second-factor', pending: { ...first, id: randomUUID(), cellId: cell.id, expiresAt } }
    }
    const by = { methods: [first.method], secondFactor: null }
    return {
      next: 'home',
      cookie: await openSession(tx, house, cell, { userId: first.userId, client, by }, at),
    }
  })

/** Whether the first factor still holds, for the rest of the transaction. The check of a password takes a while, and a second factor
 *  takes longer: a reset or a disconnect may have passed meanwhile, and no session may outlive that. The lock makes one that comes now
 *  wait, and then end the new session with the others. */
export const isStillGood = async (tx: Tx, first: FirstProof): Promise<boolean> => {
  await lockUser(tx, first.userId)
  return isGood(tx, first)
}

/** Whether the first factor holds at this moment. */
export const isGood = async (db: Db | Tx, first: FirstProof): Promise<boolean> => {
  const { userId, method, proof } = first
  if (first.link) return mayLink(db, userId, first.link)
  if (method === 'password') {
    const [user] = await db.select().from(users).where(eq(users.id, userId))
    return user?.passwordHash != null && passwordProof(user.passwordHash) === proof
  }
  const [identity] = await db
    .select({ digest: identities.digest })
    .from(identities)
    .where(and(eq(identities.userId, userId), eq(identities.provider, method)))
  return identity !== undefined && digestProof(identity.digest) === proof
}
