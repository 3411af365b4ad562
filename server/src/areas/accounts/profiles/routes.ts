import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import * as contract from '#contract/profiles.ts'
import { anyone, bySessionOrKey, person, reader } from '../../../door/access.ts'
import { refuse } from '../../../door/refusal.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { sessionOf } from '../session-of.ts'
import { readIcon } from './icon.ts'
import { changePreferences, loadPreferences } from './preferences.ts'
import { followUser, locateUser, showUser } from './public-profile.ts'

const tag = 'Profiles'
const Icon = z.object({
  username: z.string().min(1).max(64),
  file: z.string().regex(/^[0-9a-f]{24}\.webp$/),
})

/** What others see of a person, and what a person sets for themselves. */
export const profileRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house

  route(app, contract.getPreferences, { access: person, rate: 'session', tag }, ({ actor }) => {
    const { session, userId } = sessionOf(actor)
    return loadPreferences(session.cell.db, userId)
  })

  route(app, contract.updatePreferences, { access: person, rate: 'session', tag }, ({ actor, body }) => {
    const { session, self } = sessionOf(actor)
    return changePreferences(session.cell, self, body, clock.now())
  })

  route(
    app,
    contract.getUser,
    { access: reader('read'), rate: 'default', tag },
    async ({ actor, query }) => ({
      user: await showUser(house, query.username, actor?.userId),
    }),
  )

  route(
    app,
    contract.followUser,
    // Following is the person's own; a workspace that is closed to them is in nobody's way.
    {
      access: { ...bySessionOrKey('workspace.view', 'write'), closedToo: true },
      rate: 'default',
      tag,
    },
    ({ actor, body }) => followUser(house, actor.userId, body, clock.now()),
  )

  app.route({
    method: 'GET',
    url: '/api/icons/:username/:file',
    config: { access: anyone('pictures are public, as the profile they belong to'), rate: 'session' },
    schema: { summary: 'The picture of a person or a team', tags: [tag], security: [], params: Icon },
    handler: async (request, reply) => {
      const { username, file } = request.params as z.output<typeof Icon>
      const { cell, profileId } = await locateUser(house, username)
      const webp = await readIcon(cell, profileId, file.slice(0, 24))
      if (!webp) throw refuse('icon_not_found')
      // Another picture has another address, so this one never changes.
      return reply
        .type('image/webp')
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(webp)
    },
  })
}
