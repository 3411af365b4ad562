import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/members.ts'
import { bySession } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { inviteMember } from '../invites/invite-member.ts'
import { changeRole } from './change-role.ts'
import type { DropKeys } from './drop-member.ts'
import { listMembers } from './list-members.ts'
import { removeMember } from './remove-member.ts'
import { transferOwnership } from './transfer-ownership.ts'

const declared = { rate: 'session', tag: 'Members', bodyBytesMax: 16 * 1024 } as const

export const membersRoutes = (app: FastifyInstance, house: House, dropKeys: DropKeys): void => {
  const { clock } = house
  const done = { success: true } as const

  route(app, contract.listMembers, { ...declared, access: bySession('members.view') }, ({ actor }) =>
    listMembers(house, actor, clock.now()),
  )

  route(app, contract.inviteMember, { ...declared, access: bySession('invites.manage') }, ({ actor, body }) =>
    inviteMember(house, actor, body, clock.now()),
  )

  route(
    app,
    contract.changeRole,
    { ...declared, access: bySession('members.manage') },
    async ({ actor, params, body, reply }) => {
      await changeRole(house, actor, params.userId, body.role, clock.now())
      return { ...done, receipt: await reply.receipt() }
    },
  )

  // Whoever is a member may leave, also a workspace that is closed to them; who may remove others is decided with the row in hand.
  route(
    app,
    contract.removeMember,
    { ...declared, access: { ...bySession('members.view'), closedToo: true } },
    async ({ actor, params, reply }) => {
      await removeMember(house, actor, params.userId, dropKeys, clock.now())
      return { ...done, receipt: await reply.receipt() }
    },
  )

  route(
    app,
    contract.transferOwnership,
    { ...declared, access: bySession('team.transfer') },
    async ({ actor, body, reply }) => {
      await transferOwnership(house, actor, body.targetUserId, clock.now())
      return { ...done, receipt: await reply.receipt() }
    },
  )
}
