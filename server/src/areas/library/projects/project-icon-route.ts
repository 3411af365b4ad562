import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ResourceId } from '#contract/common.ts'
import { reader } from '../../../door/access.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { findProject } from '../visible.ts'
import { readProjectIcon } from './project-icon.ts'

const Icon = z.object({ id: ResourceId, file: z.string().regex(/^[0-9a-f]{24}\.webp$/) })

/** The picture of a project, for whoever may see the project. */
export const projectIconRoute = (app: FastifyInstance, house: House): void => {
  app.route({
    method: 'GET',
    url: '/api/projects/:id/icon/:file',
    config: { access: reader('models', 'read'), rate: 'default' },
    schema: {
      summary: 'The picture of a project',
      tags: ['Projects'],
      security: [{}, { session: [] }, { apiKey: [] }],
      params: Icon,
    },
    handler: async (request, reply) => {
      const { id, file } = request.params as z.output<typeof Icon>
      const seen = await findProject(house, request.actor, id)
      const webp = await readProjectIcon(seen, file.slice(0, 24))
      if (!webp) throw refuse('icon_not_found')
      // Another picture has another address. One that the world may see today it may not see tomorrow, so nobody between keeps it.
      return reply.type('image/webp').header('cache-control', 'private, max-age=3600').send(webp)
    },
  })
}
