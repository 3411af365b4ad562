import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as contract from '#contract/accounts.ts'
import * as profiles from '#contract/profiles.ts'
import { bySession, bySessionOrKey, bySessionOrLiveKey, person } from '../../door/access.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { findPrimaryEmail } from '../accounts/emails/find-email.ts'
import { loadProfile } from '../accounts/profile.ts'
import { removeIcon, setIcon } from './icon.ts'
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
        authenticatedAt: credential.authenticatedAt.toISOString(),
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

  app.register(async (forms) => {
    await forms.register(multipart, {
      limits: { fileSize: profiles.iconBytesMax, files: 1, fields: 4, parts: 5 },
    })
    route(
      forms,
      profiles.setIcon,
      { access: bySession('workspace.edit'), rate: 'default', bodyBytesMax: profiles.iconBytesMax * 2, tag },
      async ({ actor, request }) => ({
        success: true,
        downloadUrl: await setIcon(house, actor, await readImage(request), house.clock.now()),
      }),
    )
  })

  route(
    app,
    profiles.removeIcon,
    { access: bySession('workspace.edit'), rate: 'default', tag },
    async ({ actor }) => {
      await removeIcon(actor, house.clock.now())
      return { success: true }
    },
  )
}

/** The file in the form field `image`. Refuses with unsupported_media_type, image_unreadable when it is missing, or payload_too_large. */
const readImage = async (request: FastifyRequest): Promise<Buffer> => {
  if (!request.isMultipart())
    throw refuse('unsupported_media_type', { message: 'Send the picture as multipart/form-data' })
  const part = await request.file()
  if (part?.fieldname !== 'image')
    throw refuse('image_unreadable', { message: 'Send the picture in the field image' })
  return part.toBuffer()
}
