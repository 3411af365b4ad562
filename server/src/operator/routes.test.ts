import { afterAll, beforeAll, expect, test } from 'vitest'
import { aBrowser } from '../../test/browser.ts'
import { aPerson, aStranger } from '../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'
import { openDatabase } from '../cells/database.ts'
import { ControllableClock } from '../clock.ts'

let house: TestHouse
const metricsToken = 'a token for the metrics'

beforeAll(async () => {
  house = await startTestHouse({ config: { metricsToken } })
})
afterAll(() => house.stop())

type From = { ip?: string; host?: string; headers?: Record<string, string> }

const get = (url: string, { ip = '127.0.0.1', host = 'localhost:3000', headers = {} }: From = {}) =>
  house.http.inject({ url, remoteAddress: ip, headers: { host, ...headers } })

const notThisMachine: [string, From][] = [
  ['another machine', { ip: '192.0.2.1' }],
  [
    'another machine that claims to be this one',
    { ip: '192.0.2.1', headers: { 'x-forwarded-for': '127.0.0.1' } },
  ],
  ['a proxy on this machine', { headers: { 'x-forwarded-for': '192.0.2.1' } }],
  ['a proxy on this machine, in the newer form', { headers: { forwarded: 'for=192.0.2.1' } }],
  ['a page whose name was pointed at this machine', { host: 'evil.example' }],
  ['a page of a name that only begins like ours', { host: 'localhost.evil.example:3000' }],
]

test('the process tells that it is alive, from anywhere', async () => {
  const reply = await get('/healthz', { ip: '192.0.2.1', host: '10.0.0.7' })
  expect([reply.statusCode, reply.json()]).toEqual([200, { status: 'ok' }])
})

test('it is ready when every store answers, and 503 while one does not', async () => {
  expect((await get('/readyz')).json()).toMatchObject({ status: 'ready' })
  for (const part of [...house.cells.all, house.directory.database]) {
    const { db, pool } = part
    Object.assign(
      part,
      openDatabase('postgres://nobody@127.0.0.1:1/none', () => {}),
    )
    try {
      const reply = await get('/readyz')
      expect(reply.statusCode).toBe(503)
      expect(reply.headers['retry-after']).toBeDefined()
      expect((await get('/healthz')).statusCode).toBe(200)
    } finally {
      Object.assign(part, { db, pool })
    }
  }
  expect((await get('/readyz')).statusCode).toBe(200)
})

test('it tells whether rate limits are shared between nodes, and what that costs', async () => {
  expect((await get('/readyz')).json()).toMatchObject({ rate: { shared: false } })
  const counted = async () => (await get('/metrics')).body.match(/^gatehouse_rate_.*/gm)
  expect(await counted()).toEqual(['gatehouse_rate_shared 0', 'gatehouse_rate_round_trips_total 0'])
  const { sharing } = house.rate
  house.rate.sharing = () => ({ shared: true, roundTrips: 7 })
  try {
    expect((await get('/readyz')).json()).toMatchObject({ rate: { shared: true } })
    expect(await counted()).toEqual(['gatehouse_rate_shared 1', 'gatehouse_rate_round_trips_total 7'])
    expect(await counted()).toEqual(['gatehouse_rate_shared 1', 'gatehouse_rate_round_trips_total 7'])
  } finally {
    house.rate.sharing = sharing
  }
})

test.each([
  ['127.0.0.1', 'localhost:3000'],
  ['::1', '[::1]:3000'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
])('from %s as %s the operator sees metrics and mailbox', async (ip, host) => {
  for (const url of ['/metrics', '/_mailbox', '/_mailbox.json', '/_mailbox.css'])
    expect((await get(url, { ip, host })).statusCode, url).toBe(200)
})

test.each(notThisMachine)('%s sees neither metrics nor mailbox', async (_who, from) => {
  for (const url of ['/metrics', '/_mailbox', '/_mailbox.json', '/_mailbox.css']) {
    const reply = await get(url, from)
    expect([reply.statusCode, reply.json().reason], url).toEqual([403, 'loopback_only'])
  }
})

test('with its token the metrics are told to any machine, and a wrong token opens nothing', async () => {
  const from = (token: string): From => ({
    ip: '192.0.2.1',
    host: 'gate.example.com',
    headers: { authorization: `Bearer ${token}` },
  })
  expect((await get('/metrics', from(metricsToken))).statusCode).toBe(200)
  for (const token of ['', 'wrong', `${metricsToken}x`, metricsToken.slice(1)])
    expect((await get('/metrics', from(token))).statusCode, token).toBe(403)
  expect((await get('/_mailbox.json', from(metricsToken))).statusCode).toBe(403)
})

test('metrics are Prometheus text with patterns of routes, never what a person sent', async () => {
  const person = await aPerson(house)
  await person.call('GET', '/api/settings?owner=telltale-owner')
  await person.call('GET', '/telltale/address')
  await person.call('DELETE', '/api/api-keys/telltale-key')
  const reply = await get('/metrics')
  expect(reply.headers['content-type']).toMatch(/^text\/plain/)
  expect(reply.body).toContain('# TYPE gatehouse_request_seconds histogram')
  expect(reply.body).toMatch(/route="\/api\/api-keys\/:keyId",status="4xx"/)
  expect(reply.body).toMatch(/gatehouse_refusals_total\{reason="workspace_not_found"\} 1/)
  expect(reply.body).not.toContain('telltale')
  expect(reply.body).not.toContain(person.username)
})

test('the mailbox lists mail newest first, and one address when asked, without case', async () => {
  const browser = aBrowser(house)
  const password = 'long enough password'
  for (const email of ['first@personal.example', 'second+tag@personal.example', 'first@personal.example']) {
    await browser.call('POST', '/api/auth/sign-up', { email, password })
    house.clock.advance(1)
  }
  const { messages } = (await get('/_mailbox.json')).json()
  expect(messages.map((message: { to: string }) => message.to).slice(0, 3)).toEqual([
    'first@personal.example',
    'second+tag@personal.example',
    'first@personal.example',
  ])
  expect(messages[0]).toEqual({
    id: expect.any(String),
    to: 'first@personal.example',
    subject: 'Your Gatehouse code',
    text: expect.stringMatching(/\b\d{6}\b/),
    html: expect.stringContaining('<!doctype html>'),
    sentAt: new Date(house.clock.now().getTime() - 1000).toISOString(),
  })
  expect(new Set(messages.map((message: { id: string }) => message.id)).size).toBe(messages.length)
  const only = async (to: string) =>
    (await get(`/_mailbox.json?to=${encodeURIComponent(to)}`))
      .json()
      .messages.map((one: { to: string }) => one.to)
  expect(await only(' FIRST@Personal.example')).toEqual(['first@personal.example', 'first@personal.example'])
  expect(await only('second+tag@personal.example')).toEqual(['second+tag@personal.example'])
  expect(await only('first')).toEqual([])
  expect((await get('/_mailbox?to=second%2Btag@personal.example')).body).toContain(
    'second+tag@personal.example',
  )
})

test('the mailbox page has no scripts, escapes what it shows and links what may be clicked', async () => {
  await house.mail.send({
    to: 'x@personal.example',
    subject: '<script>alert(1)</script>',
    text: 'Open http://localhost:3000/a?b=1&c=2 "now" <img src=x onerror=alert(1)>',
    html: '<script>alert(2)</script>',
  })
  const reply = await get('/_mailbox')
  expect(reply.headers['content-type']).toMatch(/^text\/html/)
  expect(reply.body).not.toMatch(/<script|<img/)
  expect(reply.body).toMatch(/<a href="http:[^"]+localhost:3000[^"]+">/)
  expect(String(reply.headers['content-security-policy'])).toMatch(/script-src 'self'/)
})

test('a house with an SMTP server has no mailbox, and the instance page says so', async () => {
  const mail = { kind: 'smtp' as const, async send() {}, async close() {} }
  const real = await startTestHouse({ mail })
  for (const url of ['/_mailbox', '/_mailbox.json'])
    expect((await aStranger(real)('GET', url)).statusCode, url).toBe(404)
  expect((await aStranger(real)('GET', '/api/instance')).json()).toMatchObject({
    mail: 'smtp',
    regions: ['us', 'eu', 'ap'],
    publicUrl: 'http://localhost:3000',
  })
  await real.stop()
})

test('there is no clock to move unless the installation asked for one', async () => {
  expect(house.clock).not.toBeInstanceOf(ControllableClock)
  expect((await get('/_clock')).statusCode).toBe(404)
})
