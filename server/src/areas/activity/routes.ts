import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as contract from '#contract/activity.ts'
import { bySession } from '../../door/access.ts'
import type { Actor } from '../../door/actor.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { exportActivity } from './export-activity.ts'
import type { FeedNeeds } from './feed/describe-events.ts'
import { listActivity } from './list-activity.ts'
import { Arrivals } from './live/arrivals.ts'
import { Streams } from './live/stream-activity.ts'
import { markSeen, setArchived } from './mark-activity.ts'
import { undoActivity } from './undo/undo-activity.ts'

const declared = { access: bySession('activity.view'), rate: 'session', tag: 'Activity' } as const

export type ActivityNeeds = FeedNeeds & {
  /** Whether the session of a request still lives and its person still belongs to the workspace. */
  mayStay(request: FastifyRequest, actor: Actor): Promise<boolean>
}

export const activityRoutes = (app: FastifyInstance, { clock, log }: House, needs: ActivityNeeds): void => {
  const streams = new Streams(new Arrivals(log))
  app.addHook('preClose', async () => streams.endAll())

  route(app, contract.listActivity, declared, async ({ actor, query, request, reply }) => {
    if (query.export === undefined || query.export === 'false')
      return listActivity(needs, actor, query, clock.now())
    const at = clock.now()
    const [form, type] =
      query.export === 'csv' ? (['csv', 'text/csv'] as const) : (['json', 'application/json'] as const)
    const name = `activity-${actor.workspace.username}-${at.toISOString().slice(0, 10)}.${form}`
    reply
      .header('content-type', `${type}; charset=utf-8`)
      .header('content-disposition', `attachment; filename="${name}"`)
    // What answers HEAD is thrown away, so nothing is read for it.
    return reply.send(
      request.method === 'HEAD' ? Readable.from([]) : exportActivity(needs, actor, query, form, at),
    ) as never
  })

  route(app, contract.streamActivity, declared, async ({ actor, query, request, reply }) => {
    streams.start(reply, actor, query.seconds, () => needs.mayStay(request, actor))
    return reply as never
  })

  route(app, contract.markActivitySeen, declared, async ({ actor, body }) => {
    await markSeen(actor, body, clock.now())
    return { success: true }
  })

  route(app, contract.archiveActivity, declared, async ({ actor, body }) => {
    await setArchived(actor, body, body.archive, clock.now())
    return { success: true }
  })

  // Whoever changes nothing takes nothing back; the rest is asked with the event in hand.
  route(
    app,
    contract.undoActivity,
    { ...declared, access: bySession('library.edit') },
    async ({ actor, params }) => {
      await undoActivity(needs.undoers, actor, params.id, clock.now())
      return { success: true }
    },
  )
}
