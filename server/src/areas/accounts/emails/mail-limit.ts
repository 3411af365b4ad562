import { networkOf } from '../../../door/network-of.ts'
import { refuseUntil } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import type { RateDecision } from '../../../ports/rate.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** How many mails with a code or a link may go out: asked for by strangers to one address, from one network an hour and from all of them
 *  a day; asked for by one signed-in person a day. Few enough that nobody's inbox is filled and that guessing codes leads nowhere
 *  (40 mails of 5 tries a day: 1 in 5,000), and apart, so that a stranger does not use up what the owner needs. */
const perNetworkMax = 10
const perAddressMax = 40
const perPersonMax = 20

/** Invites a workspace may mail a day, to all addresses and to one, and all workspaces together to one: enough for a large team in an
 *  hour, too few to fill an inbox. */
const invitesPerWorkspaceMax = 300
const invitesPerAddressMax = 40
const invitesPerWorkspaceAndAddressMax = 10

/** Counts a mail that a stranger asks for. Refuses with too_many_mails, for known and unknown addresses alike. */
export const takeStrangersMail = async (
  { rate }: Pick<House, 'rate'>,
  digest: Buffer,
  ip: string,
  at: Date,
): Promise<void> => {
  const address = digest.toString('base64')
  requireTurn(await rate.take(`mail:${address}:${networkOf(ip)}`, perNetworkMax, at.getTime(), hourMs), at)
  requireTurn(await rate.take(`mail:${address}`, perAddressMax, at.getTime(), dayMs), at)
}

/** Counts a mail that somebody signed in asks for, to whichever address. Refuses with too_many_mails. */
export const takePersonsMail = async (
  { rate }: Pick<House, 'rate'>,
  userId: string,
  at: Date,
): Promise<void> => requireTurn(await rate.take(`mail:${userId}`, perPersonMax, at.getTime(), dayMs), at)

/** Counts an invite that is mailed. Refuses with too_many_mails. */
export const takeInviteMail = async (
  { rate }: Pick<House, 'rate'>,
  workspaceId: string,
  digest: Buffer,
  at: Date,
): Promise<void> => {
  const address = digest.toString('base64')
  // The workspace's own limits first, so that one of them does not use up an address for the others.
  const own = `invite:${workspaceId}`
  requireTurn(await rate.take(own, invitesPerWorkspaceMax, at.getTime(), dayMs), at)
  requireTurn(await rate.take(`${own}:${address}`, invitesPerWorkspaceAndAddressMax, at.getTime(), dayMs), at)
  requireTurn(await rate.take(`invite:${address}`, invitesPerAddressMax, at.getTime(), dayMs), at)
}

/** Whether another reset link may be mailed to this account. Asked where nobody waits for the answer, so that nobody learns of it. */
export const mayMailReset = async (
  { rate }: Pick<House, 'rate'>,
  userId: string,
  at: Date,
): Promise<boolean> => (await rate.take(`reset:${userId}`, perNetworkMax, at.getTime(), hourMs)).allowed

const requireTurn = ({ allowed, resetAtMs }: RateDecision, at: Date): void => {
  if (!allowed) throw refuseUntil('too_many_mails', new Date(resetAtMs), at)
}
