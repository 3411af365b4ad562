import type { z } from 'zod'
import type { WorkspaceCard } from '#contract/accounts.ts'
import type { Role } from '#contract/permissions.ts'
import type { Membership } from '../../door/actor.ts'

/** A workspace with the role of who asks. */
export const cardOf = ({ workspace, role }: Membership): z.output<typeof WorkspaceCard> & { role: Role } => {
  const { id, username, displayName, accountType, plan, region } = workspace
  return { id, username, displayName, accountType, plan, region, role }
}
