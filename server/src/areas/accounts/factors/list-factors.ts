import { eq } from 'drizzle-orm'
import type { Received } from '#contract/endpoint.ts'
import type { listFactors as endpoint } from '#contract/factors.ts'
import type { SessionCredential } from '../../../door/actor.ts'
import { passkeys, totps, users } from '../table.ts'
import { passkeyView } from './passkey-view.ts'
import { countFactors } from './second-factor.ts'

/** What a person has set up to get in. */
export const listFactors = async (
  { cell: { db }, isStrong }: SessionCredential,
  userId: string,
): Promise<Received<typeof endpoint>> => {
  const kept = await db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(passkeys.createdAt)
  const [app] = await db.select().from(totps).where(eq(totps.userId, userId))
  const [user] = await db.select().from(users).where(eq(users.id, userId))
  return {
    passkeys: kept.map(passkeyView),
    totp: app?.confirmedAt ? { createdAt: app.confirmedAt.toISOString() } : null,
    recoveryCodesLeft: (await countFactors(db, userId)).recoveryCodes,
    hasPassword: user?.passwordHash != null,
    sessionIsStrong: isStrong,
  }
}
