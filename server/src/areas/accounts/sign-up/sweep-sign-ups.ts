import { lt } from 'drizzle-orm'
import { signUps } from '../../../directory/table.ts'
import type { House } from '../../../house.ts'
import { passwordResets } from '../table.ts'

/** Forgets sign-ups and reset links that have lapsed. */
export const sweepSignUps = async (
  { directory, cells }: Pick<House, 'directory' | 'cells'>,
  at: Date,
): Promise<void> => {
  await directory.database.db.delete(signUps).where(lt(signUps.expiresAt, at))
  await Promise.all(
    cells.all.map((cell) => cell.db.delete(passwordResets).where(lt(passwordResets.expiresAt, at))),
  )
}
