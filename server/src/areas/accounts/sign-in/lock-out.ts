import type { Reason } from '#contract/errors.ts'
import { networkOf } from '../../../door/network-of.ts'
import { refuseUntil } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'

/** Failures in a quarter of an hour after which somebody has to wait (SPEC 2). */
const failuresMax = 10
export const lockOutMs = 15 * 60_000

/** What failed sign-ins are counted for: an account, or an address that nobody has, together with the network they come from. */
export const signInSubject = (whom: string, ip: string): string => `sign-in:${whom}:${networkOf(ip)}`

/** Counts a try on `subject` and refuses with `reason` when there were too many. It is taken before the secret is checked, so that tries
 *  made at once are counted too; the caller forgets the subject again once the secret was right. */
export const takeTry = async (
  { rate }: Pick<House, 'rate'>,
  subject: string,
  reason: Extract<Reason, 'sign_in_locked' | 'second_factor_locked'>,
  at: Date,
): Promise<void> => {
  const turn = await rate.take(subject, failuresMax, at.getTime(), lockOutMs)
  if (!turn.allowed) throw refuseUntil(reason, new Date(turn.resetAtMs), at)
}
