import { and, eq, isNotNull } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { ClientDetails } from '../../door/actor.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { loadDataKey } from './data-key.ts'
import { verifyPassword } from './password.ts'
import { openSession } from './session.ts'
import { emails, users } from './table.ts'

/** Failed sign-ins that one address may make on one account before it has to wait (SPEC 2). */
const failuresMax = 10
const failureWindowMs = 15 * 60_000

/** Signs in and returns the session cookie. Unknown address, unverified address and wrong password are one refusal, word for word
 *  and in the time taken: invalid_credentials. Refuses with sign_in_locked after too many failures. */
export const signIn = async (
  house: Pick<House, 'directory' | 'cells' | 'config' | 'keyRing' | 'rate'>,
  { email, password }: { email: string; password: string },
  client: Pick<ClientDetails, 'ip' | 'userAgent'>,
  at: Date,
): Promise<string> => {
  const entry = house.directory.guessable('email', email)
  const subject = `sign-in:${entry.digest.toString('base64')}:${client.ip}`
  // Taken before the password is checked, so that tries made at once are counted too; forgotten again by the right password.
  const turn = house.rate.take(subject, failuresMax, at.getTime(), failureWindowMs)
  if (!turn.allowed)
    throw refuse('sign_in_locked', {
      retryAfter: Math.max(1, Math.ceil((turn.resetAtMs - at.getTime()) / 1000)),
      resetAt: new Date(turn.resetAtMs),
    })
  const place = await house.directory.find(entry)
  const cell = place && house.cells.get(place.cellId)
  const account = cell && (await findAccount(cell, entry.digest))
  const matches = await verifyPassword(account?.passwordHash, password)
  if (!cell || !account || !matches) throw refuse('invalid_credentials')
  house.rate.forget(subject)
  const dataKey = await loadDataKey(cell.db, house.keyRing, account.userId)
  return cell.db.transaction((tx) =>
    openSession(tx, house, cell, { userId: account.userId, dataKey, client }, at),
  )
}

const findAccount = async (cell: Cell, digest: Buffer) => {
  const [row] = await cell.db
    .select({ userId: users.id, passwordHash: users.passwordHash })
    .from(emails)
    .innerJoin(users, eq(users.id, emails.userId))
    .where(and(eq(emails.digest, digest), isNotNull(emails.verifiedAt)))
  return row
}
