import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson } from '../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'
import { ControllableClock } from '../clock.ts'
import { makeErrorHandler } from '../door/replies.ts'
import { Metrics } from './metrics.ts'
import { operatorRoutes } from './routes.ts'

let house: TestHouse
let http: FastifyInstance
const dueAt: Date[] = []

beforeAll(async () => {
  house = await startTestHouse()
  const clock = new ControllableClock()
  const metrics = new Metrics()
  http = Fastify()
  http.setValidatorCompiler(validatorCompiler)
  http.setSerializerCompiler(serializerCompiler)
  http.setErrorHandler(makeErrorHandler(house.log, metrics))
  operatorRoutes(
    http,
    { ...house, clock },
    { metrics, gate: { listTrusted: () => [] }, runDue: async () => void dueAt.push(clock.now()) },
  )
  await http.ready()
})
afterAll(async () => {
  await http.close()
  await house.stop()
})

const move = (advanceSeconds: unknown, remoteAddress = '127.0.0.1') =>
  http.inject({
    method: 'POST',
    url: '/_clock',
    remoteAddress,
    headers: { host: 'localhost:3000' },
    payload: { advanceSeconds },
  })
const now = async () =>
  new Date((await http.inject({ url: '/_clock', headers: { host: 'localhost:3000' } })).json().now).getTime()

test('moving the clock moves time and has done what became due when it answers', async () => {
  const before = await now()
  const reply = await move(30 * 24 * 3600)
  expect(reply.statusCode).toBe(200)
  const after = new Date(reply.json().now).getTime()
  expect(after - before).toBeGreaterThanOrEqual(2_592_000_000)
  expect(after - before).toBeLessThan(2_592_000_000 + 60_000)
  expect(dueAt).toHaveLength(1)
  expect(dueAt[0]!.getTime() - before).toBeGreaterThanOrEqual(2_592_000_000)
})

test.each([[-1], ['60'], [null], [1e12]])('the clock is not moved by %j', async (seconds) => {
  const before = await now()
  expect((await move(seconds)).statusCode).toBe(400)
  expect((await now()) - before).toBeLessThan(60_000)
})

test('through the door the clock asks for no session and no Origin, and refuses a foreign one', async () => {
  const clock = new ControllableClock()
  const guarded = await startTestHouse({
    extend: (http) =>
      void http.register(
        async (inner) =>
          operatorRoutes(
            inner,
            { ...house, clock },
            { metrics: new Metrics(), gate: { listTrusted: () => [] }, runDue: async () => {} },
          ),
        { prefix: '/operator' },
      ),
  })
  const { cookie } = await aPerson(guarded)
  const status = async (headers: Record<string, string>) => {
    const reply = await guarded.http.inject({
      method: 'POST',
      url: '/operator/_clock',
      headers: { host: 'localhost:3000', ...headers },
      payload: { advanceSeconds: 1 },
    })
    return reply.statusCode
  }
  const session = { cookie: `gatehouse_session=${cookie}` }
  expect(await status({})).toBe(200)
  expect(await status(session)).toBe(200)
  expect(await status({ ...session, origin: 'http://localhost:3000' })).toBe(200)
  const owns: Record<string, string>[] = [{}, session, { ...session, authorization: 'Bearer x' }]
  const foreigns: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ]
  for (const foreign of foreigns)
    for (const own of owns) expect(await status({ ...own, ...foreign }), JSON.stringify(foreign)).toBe(403)
  await guarded.stop()
})

test('another machine can neither read nor move the clock', async () => {
  const before = await now()
  expect((await move(3600, '192.0.2.1')).statusCode).toBe(403)
  expect((await http.inject({ url: '/_clock', remoteAddress: '192.0.2.1' })).statusCode).toBe(403)
  expect((await now()) - before).toBeLessThan(60_000)
})
