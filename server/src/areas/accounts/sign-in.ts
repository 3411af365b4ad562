import { and, eq, isNotNull } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { Tx } from '../../cells/database.ts'
import type { ClientDetails } from '../../door/actor.ts'
import { networkOf } from '../../door/network-of.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { loadDataKey } from './data-key.ts'
import { verifyPassword } from './password.ts'
import { openSession } from './session.ts'
import { emails, users } from './table.ts'

/** Failed sign-ins that one address of the network may make on one account before it has to wait (SPEC 2). */
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
  const subject = `sign-in:${entry.digest.toString('base64')}:${networkOf(client.ip)}`
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
  const dataKey = await loadDataKey(cell.db, house.keyRing, account.userId)
  const cookie = await cell.db.transaction(async (tx) => {
    if (!(await isStillThePassword(tx, account))) throw refuse('invalid_credentials')
    return openSession(tx, house, cell, { userId: account.userId, dataKey, client }, at)
  })
  house.rate.forget(subject)
  return cookie
}

/** The check of a password takes a while, and a reset may have passed it meanwhile: a session of the old password must not outlive
 *  that. The lock makes a reset that comes now wait, and then end this session with the others. */
const isStillThePassword = async (tx: Tx, account: Account): Promise<boolean> => {
  const [now] = await tx
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, account.userId))
    .for('share')
  return now?.passwordHash === account.passwordHash
}

type Account = { userId: string; passwordHash: string | null }

const findAccount = async (cell: Cell, digest: Buffer): Promise<Account | undefined> => {
  const [row] = await cell.db
    .select({ userId: users.id, passwordHash: users.passwordHash })
    .from(emails)
    .innerJoin(users, eq(users.id, emails.userId))
    .where(and(eq(emails.digest, digest), isNotNull(emails.verifiedAt)))
  return row
}
