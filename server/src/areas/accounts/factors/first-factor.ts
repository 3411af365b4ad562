import { eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Tx } from '../../../cells/database.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../data-key.ts'
import { weakenSessions } from '../sessions/session.ts'
import { recoveryCodes } from '../table.ts'
import { keepRecoveryCodes, prepareRecoveryCodes } from './recovery-codes.ts'
import { countFactors, needsSecondFactor } from './second-factor.ts'

/** Recovery codes come with the first factor and go with the last. */
export type FirstFactor = { recoveryCodes?: string[] }

type Prepared = Awaited<ReturnType<typeof prepareRecoveryCodes>>

/** Codes for somebody who is about to get their first factor; undefined for everybody else. */
export const prepareFirstCodes = async (
  { keyRing }: Pick<House, 'keyRing'>,
  cell: Cell,
  userId: string,
): Promise<Prepared | undefined> => {
  if (needsSecondFactor(await countFactors(cell.db, userId))) return undefined
  return prepareRecoveryCodes(await loadDataKey(cell.db, keyRing, userId))
}

/** Keeps the prepared codes, unless another first factor was faster. Called before the factor is written, under the user's lock. */
export const keepFirstCodes = async (
  tx: Tx,
  userId: string,
  prepared: Prepared | undefined,
): Promise<FirstFactor> => {
  if (!prepared || needsSecondFactor(await countFactors(tx, userId))) return {}
  await keepRecoveryCodes(tx, userId, prepared.digests)
  return { recoveryCodes: prepared.codes }
}

/** Without a factor there is nothing to recover from, and no session is strong by having stood in for one. */
export const dropUnneededCodes = async (tx: Tx, userId: string): Promise<void> => {
  if (needsSecondFactor(await countFactors(tx, userId))) return
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))
  await weakenSessions(tx, userId, 'recovery-code')
}
