import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ControllableClock } from '../clock.ts'
import { equalBytes, sha256 } from '../crypto/digest.ts'
import { anyone } from '../door/access.ts'
import { requireLoopback } from '../door/loopback.ts'
import type { House } from '../house.ts'
import { Mailbox } from '../ports/mailbox.ts'
import { mailboxPage } from './mailbox-page.ts'
import type { Metrics } from './metrics.ts'

const forOperator = { access: anyone('answers on the loopback address only'), rate: 'unlimited' } as const
const forClock = {
  access: anyone('answers on the loopback address only', { originFree: true }),
  rate: 'unlimited',
} as const
/** Asks every store, so it costs more than it may cost a stranger to ask. */
const forReadiness = { access: anyone('whether the stores answer, nothing else'), rate: 'anonymous' } as const
const forProbes = { access: anyone('health of the process, nothing else'), rate: 'unlimited' } as const
const hidden = { hide: true }

/** Addresses of SPEC 18 for whoever runs the installation. `runDue` does what has become due by the clock. */
export const operatorRoutes = (
  app: FastifyInstance,
  house: House,
  {
    metrics,
    gate,
    runDue,
  }: { metrics: Metrics; gate: { listTrusted(): string[] }; runDue: () => Promise<void> },
): void => {
  metrics.watchRate(house.rate)

  app.get('/healthz', { config: forProbes, schema: hidden }, async () => ({ status: 'ok' }))

  app.get('/readyz', { config: forReadiness, schema: hidden }, async () => {
    const pools = [house.directory.database.pool, ...house.cells.all.map((cell) => cell.pool)]
    await Promise.all(pools.map((pool) => pool.query('select 1 from schema_migrations limit 1')))
    // Ready also where a cell is not heard: its keys are then asked for each time. And where limits hold per node.
    return {
      status: 'ready',
      gate: { heard: gate.listTrusted() },
      rate: { shared: house.rate.sharing().shared },
    }
  })

  app.get(
    '/metrics',
    {
      config: { access: anyone('answers on loopback or to the metrics token'), rate: 'unlimited' },
      schema: hidden,
    },
    async (request, reply) => {
      if (!hasMetricsToken(request, house.config.metricsToken)) requireLoopback(request)
      return reply.type(metrics.contentType).send(await metrics.text())
    },
  )

  const { mail, clock } = house
  if (mail instanceof Mailbox) mailboxRoutes(app, mail)
  if (clock instanceof ControllableClock) clockRoutes(app, clock, runDue)
}

const hasMetricsToken = (request: FastifyRequest, token: string | null): boolean => {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  return token !== null && given !== undefined && equalBytes(sha256(given), sha256(token))
}

const mailboxRoutes = (app: FastifyInstance, mailbox: Mailbox): void => {
  const schema = { ...hidden, querystring: z.object({ to: z.string().max(254).optional() }) }

  app.get('/_mailbox.json', { config: forOperator, schema }, async (request) => {
    requireLoopback(request)
    return { messages: mailbox.list((request.query as { to?: string }).to) }
  })

  app.get('/_mailbox', { config: forOperator, schema }, async (request, reply) => {
    requireLoopback(request)
    return reply
      .type('text/html; charset=utf-8')
      .send(mailboxPage(mailbox.list((request.query as { to?: string }).to)))
  })

  app.get('/_mailbox.css', { config: forOperator, schema: hidden }, async (request, reply) => {
    requireLoopback(request)
    return reply.type('text/css; charset=utf-8').send(mailboxPage.css)
  })
}

const clockRoutes = (app: FastifyInstance, clock: ControllableClock, runDue: () => Promise<void>): void => {
  app.get('/_clock', { config: forOperator, schema: hidden }, async (request) => {
    requireLoopback(request)
    return { now: clock.now().toISOString() }
  })

  // A hundred years: further, and dates stop being dates.
  const body = z.strictObject({ advanceSeconds: z.number().min(0).max(3_153_600_000) })
  app.post('/_clock', { config: forClock, schema: { ...hidden, body } }, async (request) => {
    requireLoopback(request)
    clock.advance((request.body as z.output<typeof body>).advanceSeconds)
    await runDue()
    return { now: clock.now().toISOString() }
  })
}
