import dns from 'node:dns'
import { createServer, type Server } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { aBrowser } from '../../../test/browser.ts'
import { aPasskey } from '../../../test/factors.ts'
import type { OidcPerson } from '../../../test/identity-servers.ts'
import { aKey, aPerson, aRun, sendEvent } from '../../../test/people.ts'
import type { TestHouse } from '../../../test/test-house.ts'
import {
  beSomebody,
  finishSignUp,
  type ProviderHouse,
  signInWith,
  startProviderHouse,
} from '../../../test/visits.ts'

/* Outbound calls to addresses that people enter are never made: the server calls its stores, its mail server and the providers that its
   operator has configured, and nothing that a stranger has typed, pasted, uploaded or put into a claim. */

let started: ProviderHouse
let house: TestHouse
let canary: Server
let address: string
/** Who was called, by whatever means. */
let heard: string[]
let reached: string[]

const { connect } = net.Socket.prototype
const { lookup } = dns

beforeAll(async () => {
  started = await startProviderHouse()
  house = started.house
})
afterAll(() => started.stop())

beforeEach(async () => {
  heard = []
  reached = []
  canary = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`)
    response.end('tweet')
  })
  canary.on('connection', () => heard.push('a connection'))
  await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done))
  address = `127.0.0.1:${(canary.address() as AddressInfo).port}`
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as unknown[]
    const { host, port } =
      first instanceof Object ? (first as { host?: string; port?: number }) : { port: first, host: second }
    reached.push(`${String(host)}:${String(port)}`)
    return Reflect.apply(connect, this, args)
  } as typeof connect
  dns.lookup = ((...args: unknown[]) => {
    reached.push(String(args[0]))
    return Reflect.apply(lookup, dns, args)
  }) as typeof lookup
})
afterEach(async () => {
  net.Socket.prototype.connect = connect
  dns.lookup = lookup
  await new Promise((done) => canary.close(done))
})

/** Nothing went to the canary, nor to a name under canary.example. */
const expectSilence = async () => {
  await house.runJobs()
  await house.runSchedules()
  await new Promise((done) => setImmediate(done))
  expect(heard).toEqual([])
  expect(reached.filter((place) => place.includes(address) || place.includes('canary'))).toEqual([])
}

test('the canary of these tests sings when it is called', async () => {
  await fetch(`http://${address}/`)
  expect(heard).toContain('GET /')
  expect(reached).toContain(address)
})

test('outbound calls to addresses that people enter in a profile are never made', async () => {
  const person = await aPerson(house)
  const accepted = []
  for (const field of [
    'website',
    'github',
    'linkedin',
    'twitter',
    'youtube',
    'scholar',
    'discord',
    'company',
    'bio',
  ])
    for (const value of [
      `http://${address}/${field}`,
      `http://canary.example/${field}`,
      `https://github.com/http://${address}`,
    ]) {
      const reply = await person.call('POST', '/api/settings', { [field]: value })
      if (reply.statusCode === 200) accepted.push(`${field} ${value}`)
    }
  await person.call('POST', '/api/settings', { displayName: `http://${address}/name` })
  for (const path of ['/api/settings', '/api/activity', `/api/users?username=${person.username}`])
    expect((await person.call('GET', path)).statusCode).toBe(200)
  expect(accepted).toContain('website http://canary.example/website')
  expect(accepted).toContain(`bio http://${address}/bio`)
  await expectSilence()
})

test('outbound calls to addresses that a provider claims about people are never made', async () => {
  for (const provider of ['google', 'github'] as const) {
    beSomebody(started, `pictured.at.${provider}@canary.example`)
    const url = `http://${address}/picture`
    const claims = { name: url, picture: url, profile: url, website: url, avatar_url: url, blog: url }
    Object.assign(started.google.person as OidcPerson, claims)
    Object.assign(started.github.person, claims)
    const browser = aBrowser(house)
    await signInWith(browser, provider)
    expect((await browser.call('GET', '/api/auth/sign-up')).json().name).toBe(url)
    expect((await finishSignUp(browser, `pictured-at-${provider}`)).statusCode).toBe(201)
    expect((await browser.call('GET', '/api/settings')).json().imageUrl).toBeNull()
  }
  await expectSilence()
})

test('outbound calls to addresses that a page sends along to sign in with are never made', async () => {
  const queries: Record<string, string>[] = [
    { next: `//${address}/` },
    { next: `/http://${address}/` },
    { redirect_uri: `http://${address}/` },
    { issuer: `http://${address}` },
  ]
  for (const query of queries) {
    const { call } = aBrowser(house, { userAgent: `Mozilla/5.0 (+http://${address}/bot)` })
    const headers = {
      referer: `http://${address}/`,
      'x-forwarded-host': address,
      'x-forwarded-for': '127.0.0.1',
      forwarded: `host=${address}`,
    }
    await call('GET', `/api/auth/oauth/google?${new URLSearchParams(query)}`, undefined, headers)
    const iss = encodeURIComponent(`http://${address}`)
    await call('GET', `/api/auth/oauth/google/callback?code=x&state=x&iss=${iss}`, undefined, headers)
  }
  await expectSilence()
})

test('outbound calls to addresses in an uploaded picture are never made', async () => {
  const { call } = await aPerson(house)
  const drawing = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "http://${address}/entity">]>
    <svg xmlns="http://www.w3.org/2000/svg"><image href="http://${address}/inner.png"/>&x;</svg>`
  for (const content of [drawing, `http://${address}/me.png`]) {
    const body = `--b\r\ncontent-disposition: form-data; name="image"; filename="me.svg"\r\n\r\n${content}\r\n--b--\r\n`
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    expect((await call('POST', '/api/settings/icon', Buffer.from(body), headers)).statusCode).toBe(400)
  }
  await expectSilence()
})

test('outbound calls to addresses in names, keys and training events are never made', async () => {
  const person = await aPerson(house)
  const url = `http://${address}/`
  await aPasskey(person, { name: url })
  const key = await aKey(house, person, { name: url })
  const run = await aRun(key, { name: url })
  const data = { trainArgs: { data: url, model: url }, url, webhook: url, args: { data: url } }
  for (const event of ['training_started', 'epoch_end', 'training_complete'])
    await sendEvent(key, event, { project: 'first-project', name: 'train', modelId: run.modelId, data })
  await person.call('POST', '/api/settings/emails', { email: 'somebody@canary.example' })
  await expectSilence()
})
