import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/accounts.ts'
import { bySessionOrKey, bySessionOrLiveKey, person } from '../../door/access.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { findPrimaryEmail } from '../accounts/create-user.ts'
import { loadProfile } from '../accounts/profile.ts'
import { loadSettings, updateSettings } from './settings.ts'

const tag = 'Workspaces'

export const workspacesRoutes = (app: FastifyInstance, house: House): void => {
  route(app, contract.getMe, { access: person, rate: 'session', tag }, async ({ actor }) => {
    const { credential, workspace, role, userId } = actor
    if (credential.kind !== 'session') throw new Error('The door lets only sessions through here')
    const { id, username, displayName, accountType, plan, region } = workspace
    const profile = await loadProfile(credential.cell.db, userId)
    return {
      user: {
        id: userId,
        username: profile.username,
        displayName: profile.displayName,
        email: await findPrimaryEmail(credential.cell.db, house.keyRing, userId),
      },
      workspace: { id, username, displayName, accountType, plan, region, role },
      session: {
        createdAt: credential.createdAt.toISOString(),
        expiresAt: credential.expiresAt.toISOString(),
      },
    }
  })

  route(
    app,
    contract.getSettings,
    { access: bySessionOrLiveKey('workspace.view'), rate: 'default', tag },
    ({ actor }) => loadSettings(house, actor),
  )

  route(
    app,
    contract.updateSettings,
    { access: bySessionOrKey('workspace.edit', 'admin'), rate: 'default', tag },
    async ({ actor, body }) => {
      await updateSettings(actor, body, house.clock.now())
      return { success: true }
    },
  )
}
