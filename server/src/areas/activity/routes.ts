import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/activity.ts'
import { bySession } from '../../door/access.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { type FindPeople, listActivity } from './list-activity.ts'
import { markSeen, setArchived } from './mark-activity.ts'

const declared = { access: bySession('activity.view'), rate: 'session', tag: 'Activity' } as const

export const activityRoutes = (app: FastifyInstance, { clock }: House, findPeople: FindPeople): void => {
  route(app, contract.listActivity, declared, ({ actor, query }) => listActivity(findPeople, actor, query))

  route(app, contract.markActivitySeen, declared, async ({ actor, body }) => {
    await markSeen(actor, body, clock.now())
    return { success: true }
  })

  route(app, contract.archiveActivity, declared, async ({ actor, body }) => {
    await setArchived(actor, body, body.archive, clock.now())
    return { success: true }
  })
}
