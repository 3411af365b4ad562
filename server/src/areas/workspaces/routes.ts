import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/accounts.ts'
import * as profiles from '#contract/profiles.ts'
import { bySession, bySessionOrKey, bySessionOrLiveKey, person } from '../../door/access.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { removeIcon, setIcon } from './icon.ts'
import { invitesRoutes } from './invites/routes.ts'
import type { DropKeys } from './members/drop-member.ts'
import { membersRoutes } from './members/routes.ts'
import { formBytesMax, readImage, takePictures } from './read-image.ts'
import { loadSettings, updateSettings } from './settings.ts'
import { showMe } from './show-me.ts'
import { teamsRoutes } from './teams/routes.ts'

const tag = 'Workspaces'

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
    await takePictures(forms)
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
