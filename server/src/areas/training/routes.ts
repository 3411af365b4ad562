import type { FastifyInstance } from 'fastify'
import { may } from '#contract/permissions.ts'
import * as contract from '#contract/training.ts'
import { byKey, bySessionOrKey, reader } from '../../door/access.ts'
import type { Actor } from '../../door/actor.ts'
import { deniedWithin } from '../../door/helpful.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import type { KeyUsage } from '../api-keys/key-usage.ts'
import { resolveExport } from '../library/datasets/resolve-export.ts'
import { findWeights, weightsUrl } from '../library/models/weights.ts'
import { openUpload } from '../library/uploads/receive-upload.ts'
import { weightsName } from '../library/views.ts'
import { findModel, findModelByPath } from '../library/visible.ts'
import { cancelRun } from './end-run.ts'
import { ingestEvent } from './ingest-event.ts'
import { lockRun } from './run.ts'
import { viewConsole, viewTraining } from './view-training.ts'

const tag = 'Training'

/** training_complete carries plots and validation rows (SPEC 16.1); everything else is small. */
const eventBytesMax = 16 * 2 ** 20

export const trainingRoutes = (app: FastifyInstance, house: House, usage: KeyUsage): void => {
  const { clock } = house
  const ingest = { access: byKey('training.run', 'training'), rate: 'ingest', tag } as const

  route(
    app,
    contract.ingestTrainingEvent,
    { ...ingest, bodyBytesMax: eventBytesMax },
    async ({ actor, body }) => {
      if (body.event === 'training_started') noteMachine(usage, actor, body.data?.environment)
      return ingestEvent(actor, body, clock.now())
    },
  )

  route(app, contract.requestModelUpload, { ...ingest, bodyBytesMax: 64 * 1024 }, async ({ actor, body }) => {
    const at = clock.now()
    const { model } = await actor.workspace.cell.db.transaction((tx) => lockRun(tx, actor, body))
    return openUpload(house, actor, model, safeFilename(body.filename), at)
  })

  route(
    app,
    contract.resolveModelDownload,
    { access: byKey('library.view', 'models', 'read'), rate: 'ingest', tag },
    async ({ actor, params: { username, project, model: slug }, reply }) => {
      const seen = await findModelByPath(house, actor, { owner: username, project, model: slug })
      const isPublic = seen.project.visibility === 'public'
      if (!isPublic && !(seen.role && may(seen.role, 'library.download')))
        throw deniedWithin(actor, seen, 'library.download')
      const weights = await findWeights(seen)
      if (!weights) throw refuse('weights_not_ready')
      reply.redirect(weightsUrl(house, seen.cell, weights.id, weightsName(seen.model), clock.now()), 302)
      return null
    },
  )

  route(
    app,
    contract.resolveDatasetExport,
    { access: byKey('library.view', 'datasets', 'read'), rate: 'ingest', tag },
    async ({ actor, params, reply }) => {
      reply.redirect(await resolveExport(house, actor, params), 302)
      return null
    },
  )

  const read = { access: reader('training', 'models', 'read'), rate: 'default', tag } as const

  route(app, contract.getTraining, read, async ({ actor, params }) =>
    viewTraining(await findModel(house, actor, params.id), clock.now()),
  )

  route(app, contract.getConsole, read, async ({ actor, params, query }) =>
    viewConsole(await findModel(house, actor, params.id), query.after),
  )

  route(
    app,
    contract.cancelTraining,
    { access: bySessionOrKey('training.run', 'training'), rate: 'default', tag },
    async ({ actor, params }) => {
      const seen = await findModel(house, actor, params.id)
      // Somebody else's public model may be looked at, not stopped.
      if (seen.model.workspaceId !== actor.workspace.id) throw deniedWithin(actor, seen, 'training.run')
      await cancelRun(actor, seen.model, clock.now())
      const warning = 'The client stops at its next check and then uploads what it has'
      return { success: true, status: 'cancelled', warning }
    },
  )
}

/** The client says which machine it runs on; whoever wants to revoke its key will ask. */
const noteMachine = (
  usage: KeyUsage,
  actor: Actor,
  environment: Record<string, unknown> | null | undefined,
): void => {
  const { hostname, ultralyticsVersion } = environment ?? {}
  if (typeof hostname === 'string')
    usage.learnMachine(
      actor,
      hostname,
      typeof ultralyticsVersion === 'string' ? ultralyticsVersion : undefined,
    )
}

/** Only the last part of a path, and only harmless characters (SPEC 16.4). */
const safeFilename = (filename: string | null | undefined): string => {
  const name = (filename ?? '').split(/[\\/]/).at(-1) ?? ''
  return name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 200) || 'weights.pt'
}
