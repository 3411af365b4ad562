import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'

/** Mails with a code that one address may be sent in an hour, whoever asks: nobody's inbox is filled by strangers. */
const mailsMax = 10
const hourMs = 3_600_000

/** Counts a mail to the address of this digest. Refuses with too_many_mails, for known and unknown addresses alike. */
export const takeMailTurn = ({ rate }: Pick<House, 'rate'>, digest: Buffer, at: Date): void => {
  const turn = rate.take(`mail:${digest.toString('base64')}`, mailsMax, at.getTime(), hourMs)
  if (turn.allowed) return
  throw refuse('too_many_mails', {
    retryAfter: Math.max(1, Math.ceil((turn.resetAtMs - at.getTime()) / 1000)),
    resetAt: new Date(turn.resetAtMs),
  })
}
