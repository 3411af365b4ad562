import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as contract from '#contract/factors.ts'
import type { ProviderName } from '#contract/identities.ts'
import { anyone, person, personRecently } from '../../../door/access.ts'
import { refuse } from '../../../door/refusal.ts'
import { route } from '../../../door/route.ts'
import type { House } from '../../../house.ts'
import { browserOf, endOwnSession, endPendingSignIn, keepSession } from '../browser-of.ts'
import { sessionOf } from '../session-of.ts'
import { openPendingSignIn, type PendingSignIn } from '../sign-in/pending-sign-in.ts'
import { addPasskey, startPasskey } from './add-passkey.ts'
import { listFactors } from './list-factors.ts'
import { challengePasskey } from './prove-passkey.ts'
import { reauthenticate } from './reauthenticate.ts'
import { renewRecoveryCodes } from './recovery-codes.ts'
import { removePasskey } from './remove-passkey.ts'
import { renamePasskey } from './rename-passkey.ts'
import { countFactors } from './second-factor.ts'
import { signInWithPasskey } from './sign-in-with-passkey.ts'
import { confirmTotp, removeTotp, startTotp } from './totp.ts'
import { verifySecondFactor } from './verify-second-factor.ts'

const tag = 'Second factors'
const bodyBytesMax = 64 * 1024
const forPerson = { access: person, rate: 'session', bodyBytesMax, tag } as const
const recently = { access: personRecently, rate: 'session', bodyBytesMax, tag } as const
const pending = {
  access: anyone('guarded by the sealed cookie of a sign-in under way'),
  rate: 'auth',
  bodyBytesMax,
  tag,
} as const

export const factorsRoutes = (
  app: FastifyInstance,
  house: House,
  offered: ReadonlySet<ProviderName>,
): void => {
  const { clock, cookies, keyRing } = house

  route(app, contract.listFactors, forPerson, ({ actor }) => {
    const { session, userId } = sessionOf(actor)
    return listFactors(session, userId)
  })

  route(app, contract.startTotp, recently, ({ actor }) => {
    const { session, userId } = sessionOf(actor)
    return startTotp(house, session.cell, userId, clock.now())
  })

  route(app, contract.confirmTotp, recently, async ({ actor, body, reply }) => {
    const { session, self } = sessionOf(actor)
    const { cookie, ...first } = await confirmTotp(house, session, self, body.code, clock.now())
    keepSession(house, reply, cookie)
    return { success: true, ...first }
  })

  route(app, contract.removeTotp, recently, async ({ actor, reply }) => {
    const { session, self } = sessionOf(actor)
    keepSession(house, reply, await removeTotp(house, session, self, clock.now()))
    return { success: true }
  })

  route(app, contract.startPasskey, recently, async ({ actor }) => {
    const { session, userId } = sessionOf(actor)
    return { options: await startPasskey(house, session.cell, userId, clock.now()) }
  })

  route(app, contract.addPasskey, recently, async ({ actor, body, reply }) => {
    const { session, self } = sessionOf(actor)
    const { cookie, ...added } = await addPasskey(house, session, self, body, clock.now())
    keepSession(house, reply, cookie)
    return added
  })

  route(app, contract.renamePasskey, forPerson, async ({ actor, params, body }) => {
    const { session, self } = sessionOf(actor)
    await renamePasskey(session.cell, self, params.id, body.name, clock.now())
    return { success: true }
  })

  route(app, contract.removePasskey, recently, async ({ actor, params, reply }) => {
    const { session, self } = sessionOf(actor)
    keepSession(house, reply, await removePasskey(house, session, self, params.id, offered, clock.now()))
    return { success: true }
  })

  route(app, contract.renewRecoveryCodes, recently, async ({ actor }) => {
    const { session, self } = sessionOf(actor)
    return { recoveryCodes: await renewRecoveryCodes(house, session.cell, self, clock.now()) }
  })

  route(app, contract.reauthenticate, forPerson, async ({ actor, body, reply }) => {
    const { session, userId } = sessionOf(actor)
    keepSession(house, reply, await reauthenticate(house, session, userId, body, clock.now()))
    return { success: true }
  })

  route(
    app,
    contract.challengePasskey,
    { access: anyone('a challenge opens nothing by itself'), rate: 'anonymous', bodyBytesMax, tag },
    async () => ({ options: await challengePasskey(house, clock.now()) }),
  )

  route(
    app,
    contract.signInWithPasskey,
    { access: anyone('this is a way in'), rate: 'auth', bodyBytesMax, tag },
    async ({ body, request, reply }) => {
      const client = browserOf(house, request)
      const cookie = await signInWithPasskey(house, body.credential, client, clock.now())
      await endOwnSession(house, request, reply)
      endPendingSignIn(house, request, reply)
      keepSession(house, reply, cookie, client)
      return { next: 'home' }
    },
  )

  const requirePending = (request: FastifyRequest): PendingSignIn => {
    const cookie = cookies.read(request, 'gatehouse_second_factor')
    const waiting = openPendingSignIn(keyRing, cookie, clock.now())
    if (!waiting) throw refuse('second_factor_not_pending')
    return waiting
  }

  route(app, contract.getPendingSignIn, { ...pending, rate: 'anonymous' }, async ({ request }) => {
    const { cellId, userId, expiresAt } = requirePending(request)
    const factors = await countFactors(house.cells.get(cellId).db, userId)
    const methods = [
      ...(factors.passkeys > 0 ? (['passkey'] as const) : []),
      ...(factors.totp ? (['totp'] as const) : []),
      ...(factors.recoveryCodes > 0 ? (['recovery-code'] as const) : []),
    ]
    return { methods, expiresAt }
  })

  route(app, contract.verifySecondFactor, pending, async ({ body, request, reply }) => {
    const waiting = requirePending(request)
    const client = browserOf(house, request)
    const cookie = await verifySecondFactor(house, waiting, body, client, clock.now())
    await endOwnSession(house, request, reply)
    endPendingSignIn(house, request, reply)
    keepSession(house, reply, cookie, client)
    return { next: 'home' }
  })
}
