import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/uploads.ts'
import { bySessionOrKey } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { completeUpload } from './complete-upload.ts'
import { cancelSession } from './drop-upload.ts'
import { openSession } from './open-session.ts'
import { findSession, viewSession } from './view-session.ts'

const tag = 'Uploads'

export const uploadsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house
  // Which of the two scopes it takes depends on what the file is for.
  const access = bySessionOrKey('training.run', 'models', 'datasets')
  const begin = { access, rate: 'upload', tag } as const
  const look = { access, rate: 'default', tag } as const

  route(app, contract.openUpload, begin, ({ actor, body: { owner: _owner, ...input } }) =>
    openSession(house, actor, input, clock.now()),
  )

  route(app, contract.completeUpload, begin, async ({ actor, body }) => {
    const upload = await findSession(actor, body.sessionId)
    const stored = await completeUpload(house, actor, upload, body.checksum, clock.now())
    const { sizeBytes, contentType } = stored
    return { success: true, file: { size: sizeBytes ?? 0, ...(contentType ? { contentType } : {}) } }
  })

  route(app, contract.getUpload, look, async ({ actor, params }) =>
    viewSession(house, actor.workspace.cell, await findSession(actor, params.sessionId), clock.now()),
  )

  route(app, contract.cancelUpload, look, async ({ actor, params }) => {
    await cancelSession(actor, await findSession(actor, params.sessionId))
    return { success: true }
  })
}
