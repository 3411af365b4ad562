import type { Role } from '#contract/permissions.ts'
import { counted } from '../../ui/counted.ts'
import { roleNames, withArticle } from '../../ui/role-names.ts'

/** `lead`, then `name` as what it is about, then `tail`. */
export type Words = { lead: string; name?: string | undefined; tail?: string | undefined }
type Metadata = Record<string, unknown>

/** What happened to a team, its members, its invites or its plan, by `kind` and `change` of the metadata. `name` is what the event is
 *  about: the team or the member. Undefined for everything else. */
export const workspaceWords = (metadata: Metadata, name: string | undefined): Words | undefined => {
  switch (metadata.kind) {
    case 'member':
      return memberWords(metadata, name)
    case 'invite':
      return inviteWords(metadata)
    case 'billing':
      return billingWords(metadata)
    default:
      return undefined
  }
}

const memberWords = ({ change, before, after }: Metadata, name: string | undefined): Words | undefined => {
  switch (change) {
    case 'team_created':
      return { lead: 'Created team', name }
    case 'team_deleted':
      return { lead: 'Deleted team', name }
    // Whoever joined or left did so themselves, and stands below as who did it.
    case 'member_joined':
      return { lead: isRole(after) ? `Joined as ${withArticle(after)}` : 'Joined' }
    case 'member_left':
      return { lead: 'Left' }
    case 'member_removed':
      return { lead: 'Removed member', name }
    case 'role_changed':
      return { lead: 'Changed the role of', name, tail: fromTo(before, after) }
    case 'ownership_transferred':
      return { lead: 'Transferred ownership to', name }
    default:
      return undefined
  }
}

/** The address invited is not part of the feed. */
const inviteWords = ({ change, role }: Metadata): Words | undefined => {
  const whom = isRole(role) ? withArticle(role) : 'somebody'
  switch (change) {
    case 'invite_sent':
      return { lead: `Invited ${whom}` }
    case 'invite_resent':
      return { lead: `Sent the invite for ${whom} again` }
    case 'invite_cancelled':
      return { lead: `Cancelled the invite for ${whom}` }
    case 'invite_expired':
      return { lead: `The invite for ${whom} expired` }
    default:
      return undefined
  }
}

const billingWords = ({ change, seats, until }: Metadata): Words | undefined => {
  if (change !== 'enterprise_granted') return undefined
  const held = typeof until === 'string' ? ` until ${dateOf(until)}` : ''
  return { lead: `Granted the Enterprise plan with ${counted(Number(seats), 'seat')}${held}` }
}

const dateOf = (at: string): string =>
  new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' }).format(new Date(at))

const isRole = (value: unknown): value is Role => typeof value === 'string' && value in roleNames

const fromTo = (before: unknown, after: unknown): string | undefined =>
  isRole(before) && isRole(after)
    ? `from ${roleNames[before].toLowerCase()} to ${roleNames[after].toLowerCase()}`
    : undefined
