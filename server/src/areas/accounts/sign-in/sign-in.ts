import { and, eq, isNotNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { verifyPassword } from '../passwords/password.ts'
import type { Client } from '../sessions/known-device.ts'
import { emails, users } from '../table.ts'
import { signInSubject, takeTry } from './lock-out.ts'
import { passFirstFactor, passwordProof, type SignedIn } from './pending-sign-in.ts'

/** Signs in with a password. Unknown address, unverified address and wrong password are one refusal, word for word and in the work
 *  done: invalid_credentials. Refuses with sign_in_locked after too many failures. */
export const signIn = async (
  house: Pick<House, 'directory' | 'cells' | 'config' | 'keyRing' | 'rate'>,
  { email, password }: { email: string; password: string },
  client: Client,
  at: Date,
): Promise<SignedIn> => {
  const entry = house.directory.guessable('email', email)
  const place = await house.directory.find(entry)
  // By account where there is one: several addresses of one person are not several times as many tries.
  const whom = place?.subjectId ?? entry.digest.toString('base64')
  const subject = signInSubject(whom, client.ip)
  await takeTry(house, subject, 'sign_in_locked', at)
  // An address that nobody has is looked up all the same, in one cell or another.
  const cell = (place && house.cells.get(place.cellId)) ?? anyCell(house.cells, entry.digest)
  const account = await findAccount(cell, entry.digest)
  const matches = await verifyPassword(account?.passwordHash, password)
  if (!account?.passwordHash || !matches) throw refuse('invalid_credentials')
  const proof = passwordProof(account.passwordHash)
  const signedIn = await passFirstFactor(
    house,
    cell,
    { userId: account.userId, method: 'password', proof },
    client,
    at,
  )
  await house.rate.forget(subject)
  return signedIn
}

const anyCell = ({ all }: House['cells'], digest: Buffer): Cell => {
  const cell = all[digest.readUInt8(0) % all.length]
  if (!cell) throw new Error('An installation without cells')
  return cell
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
