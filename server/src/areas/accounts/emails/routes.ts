import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/emails.ts'
import { person, personRecently } from '../../../door/access.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { resendAt } from '../code.ts'
import { sessionOf } from '../session-of.ts'
import { addEmail, resendEmailCode } from './add-email.ts'
import { listEmails } from './list-emails.ts'
import { setPrimaryEmail } from './primary-email.ts'
import { removeEmail } from './remove-email.ts'
import { verifyEmail } from './verify-email.ts'

const tag = 'Emails'
const declared = { access: person, rate: 'session', bodyBytesMax: 16 * 1024, tag } as const
const recently = { ...declared, access: personRecently } as const

export const emailsRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house

  route(app, contract.listEmails, declared, async ({ actor }) => {
    const { session, userId } = sessionOf(actor)
    return { emails: await listEmails(house, session.cell, userId) }
  })

  route(app, contract.addEmail, recently, async ({ actor, body }) => {
    const { session, self } = sessionOf(actor)
    return { email: await addEmail(house, session.cell, self, body.email, clock.now()) }
  })

  route(app, contract.verifyEmail, declared, async ({ actor, params, body }) => {
    const { session, self } = sessionOf(actor)
    const { bonusCents } = await verifyEmail(house, session.cell, self, params.id, body.code, clock.now())
    return { success: true, ...(bonusCents > 0 ? { bonusCents } : {}) }
  })

  route(app, contract.resendEmailCode, declared, async ({ actor, params }) => {
    const { session, userId } = sessionOf(actor)
    const sentAt = await resendEmailCode(house, session.cell, userId, params.id, clock.now())
    return { success: true, resendAt: resendAt(sentAt).toISOString() }
  })

  route(app, contract.setPrimaryEmail, recently, async ({ actor, params }) => {
    const { session, self } = sessionOf(actor)
    await setPrimaryEmail(house, session.cell, self, params.id, clock.now())
    return { success: true }
  })

  route(app, contract.removeEmail, recently, async ({ actor, params }) => {
    const { session, self } = sessionOf(actor)
    await removeEmail(house, session.cell, self, params.id, clock.now())
    return { success: true }
  })
}
