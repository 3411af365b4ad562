import type { Member } from './queries.ts'

/** Whole seats. A pending invite takes one as a member does (SPEC 4.5). */
export type Seats = { used: number; max: number; pending: number }

export const seatsOf = (members: readonly Pick<Member, 'status'>[], max: number): Seats => ({
  used: members.length,
  max,
  pending: members.filter(({ status }) => status === 'pending').length,
})

/** "3 of 5 seats used · 2 available (includes 1 pending invite)". A plan that became smaller may leave more used than there are. */
export const seatSummary = ({ used, max, pending }: Seats): string => {
  const seats = `${used} of ${max} ${max === 1 ? 'seat' : 'seats'} used`
  const left = used > max ? `${used - max} over the limit` : `${max - used} available`
  const invites = pending === 1 ? '1 pending invite' : `${pending} pending invites`
  return pending > 0 ? `${seats} · ${left} (includes ${invites})` : `${seats} · ${left}`
}
