import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as contract from '#contract/accounts.ts'
import * as profiles from '#contract/profiles.ts'
import { bySession, bySessionOrKey, bySessionOrLiveKey, person } from '../../door/access.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { removeIcon, setIcon } from './icon.ts'
import { invitesRoutes } from './invites/routes.ts'
import type { DropKeys } from './members/drop-member.ts'
import { membersRoutes } from './members/routes.ts'
import { loadSettings, updateSettings } from './settings.ts'
import { showMe } from './show-me.ts'
import { teamsRoutes } from './teams/routes.ts'

const tag = 'Workspaces'

/** Room for a picture and what a form writes around it. */
const formBytesMax = profiles.iconBytesMax * 2

/** `dropKeys` is the api-keys area's answer to what becomes of the keys of somebody who leaves. */
export const workspacesRoutes = (app: FastifyInstance, house: House, dropKeys: DropKeys): void => {
  teamsRoutes(app, house)
  membersRoutes(app, house, dropKeys)
  invitesRoutes(app, house, dropKeys)

  route(app, contract.getMe, { access: person, rate: 'session', tag }, ({ actor }) =>
    showMe(house, actor, house.clock.now()),
  )

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
      { access: bySession('workspace.edit'), rate: 'default', bodyBytesMax: formBytesMax, tag },
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

/** The file in the form field `image`; text beside it is read over. Refuses with unsupported_media_type; with payload_too_large, also
 *  when there are several files; or with image_unreadable when there is none, or the form is broken. */
const readImage = async (request: FastifyRequest): Promise<Buffer> => {
  if (!request.isMultipart())
    throw refuse('unsupported_media_type', { message: 'Send the picture as multipart/form-data' })
  // A form is read as it comes, so nobody else looks at what it announces.
  if (Number(request.headers['content-length'] ?? 0) > formBytesMax) throw refuse('payload_too_large')
  let image: { field: string; bytes: Buffer } | undefined
  try {
    for await (const part of request.parts())
      if (part.type === 'file') image = { field: part.fieldname, bytes: await part.toBuffer() }
  } catch (cause) {
    if ((cause as { statusCode?: number }).statusCode === 413) throw refuse('payload_too_large', { cause })
    throw refuse('image_unreadable', { message: 'The form with the picture is broken', cause })
  }
  if (image?.field !== 'image')
    throw refuse('image_unreadable', { message: 'Send the picture in the field image' })
  return image.bytes
}
