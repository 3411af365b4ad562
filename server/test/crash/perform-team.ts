import { dropKeysOf, listKeyEntries } from '../../src/areas/api-keys/revoke-api-key.ts'
import { eraseFiles, eraseLibrary } from '../../src/areas/library/erase-library.ts'
import { acceptInvite } from '../../src/areas/workspaces/invites/accept-invite.ts'
import { cancelInvite, resendInvite } from '../../src/areas/workspaces/invites/change-invite.ts'
import { inviteMember } from '../../src/areas/workspaces/invites/invite-member.ts'
import { listInviteEntries } from '../../src/areas/workspaces/invites/lapse-invites.ts'
import { removeMember } from '../../src/areas/workspaces/members/remove-member.ts'
import { transferOwnership } from '../../src/areas/workspaces/members/transfer-ownership.ts'
import { createTeam } from '../../src/areas/workspaces/teams/create-team.ts'
import { deleteTeam, eraseDeletedTeam } from '../../src/areas/workspaces/teams/delete-team.ts'
import type { Actor } from '../../src/door/actor.ts'
import type { House } from '../../src/house.ts'
import type { JobPayload } from '../../src/outbox/outbox.ts'

/** What is done in a team, or on the way into one. */
export type TeamCommand =
  | { name: 'createTeam'; username: string }
  | { name: 'deleteTeam'; username: string }
  | { name: 'eraseTeam'; job: JobPayload }
  | { name: 'inviteMember'; email: string }
  | { name: 'acceptInvite'; token: string }
  | { name: 'cancelInvite'; inviteId: string }
  | { name: 'resendInvite'; inviteId: string }
  | { name: 'removeMember'; memberId: string }
  | { name: 'transferOwnership'; targetId: string }

type Needs = Pick<House, 'directory' | 'cells' | 'keyRing' | 'config' | 'rate' | 'files'>

export const performForTeam = async (
  house: Needs,
  actorOf: () => Promise<Actor>,
  command: TeamCommand,
  at: Date,
): Promise<unknown> => {
  switch (command.name) {
    case 'createTeam': {
      const { userId, workspace, client } = await actorOf()
      const creator = { userId, cell: workspace.cell, requestId: client.requestId }
      return createTeam(house, creator, { username: command.username, fullName: 'Crash' }, at)
    }
    case 'deleteTeam': {
      const typed = { action: 'delete', confirmationWord: 'DELETE' } as const
      return deleteTeam(house, await actorOf(), { ...typed, teamUsername: command.username }, at)
    }
    case 'eraseTeam':
      return eraseDeletedTeam(
        house,
        [
          listKeyEntries,
          listInviteEntries,
          async (cell, workspaceId) => {
            await eraseFiles({ ...house, clock: { now: () => at } }, cell, workspaceId)
            await eraseLibrary(cell, workspaceId)
            return []
          },
        ],
        command.job,
      )
    case 'inviteMember':
      return inviteMember(house, await actorOf(), { email: command.email, role: 'editor' }, at)
    case 'acceptInvite':
      return acceptInvite(house, await actorOf(), command.token, dropKeysOf, at)
    case 'cancelInvite':
      return cancelInvite(house, await actorOf(), command.inviteId, at)
    case 'resendInvite':
      return resendInvite(house, await actorOf(), command.inviteId, at)
    case 'removeMember':
      return removeMember(house, await actorOf(), command.memberId, dropKeysOf, at)
    case 'transferOwnership':
      return transferOwnership(house, await actorOf(), command.targetId, at)
  }
}
