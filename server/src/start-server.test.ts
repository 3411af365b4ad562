import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { parseConfig } from './config.ts'
import { makeMasterKey } from './crypto/key-ring.ts'
import { startServer } from './start-server.ts'

/* The whole process on databases that somebody else runs, as production does: URLs instead of the embedded Postgres. */

const suffix = randomBytes(6).toString('hex')
const names = { directory: `ext_directory_${suffix}`, eu1: `ext_eu_1_${suffix}`, eu2: `ext_eu_2_${suffix}` }
let dataDir: string
let environment: Record<string, string>

const urlOf = (database: string) => inject('postgresUrl').replace('DATABASE', database)
const administer = async (statements: string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: urlOf('postgres') })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-external-'))
  await administer(Object.values(names).map((name) => `create database ${name}`))
  environment = {
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    DIRECTORY_DATABASE_URL: urlOf(names.directory),
    CELL_DATABASE_URLS: JSON.stringify({ 'eu-1': urlOf(names.eu1), 'eu-2': urlOf(names.eu2) }),
    MASTER_KEYS: `1:${makeMasterKey()}`,
    DIRECTORY_SECRET: randomBytes(32).toString('hex'),
  }
})
afterAll(async () => {
  await administer(Object.values(names).map((name) => `drop database ${name} with (force)`))
  await rm(dataDir, { recursive: true, force: true })
})

const send = (url: string, path: string, body: unknown, cookie = '') =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie },
    body: JSON.stringify(body),
  })
const cookieOf = (reply: Response): string => reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''

test('with URLs in the environment the same process migrates and serves from those databases', async () => {
  const server = await startServer(parseConfig(environment))
  try {
    const { url } = server
    expect(server.banner).toContain('external')
    const signUp = await send(url, '/api/auth/sign-up', {
      email: 'ext@example.com',
      password: 'long enough to hold',
    })
    const { messages } = await (await fetch(`${url}/_mailbox.json`)).json()
    const code = /\b\d{6}\b/.exec(messages[0].text)?.[0]
    const verified = await send(url, '/api/auth/verify', { code }, cookieOf(signUp))
    const profile = { username: 'external', displayName: 'External' }
    const elsewhere = await send(url, '/api/onboarding', { ...profile, region: 'us' }, cookieOf(verified))
    expect([elsewhere.status, (await elsewhere.json()).reason]).toEqual([409, 'region_unavailable'])
    const done = await send(url, '/api/onboarding', { ...profile, region: 'eu' }, cookieOf(verified))
    expect(done.status).toBe(201)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
  } finally {
    await server.stop()
  }
  const again = await startServer(parseConfig(environment))
  const signIn = await send(again.url, '/api/auth/sign-in', {
    email: 'ext@example.com',
    password: 'long enough to hold',
  })
  await again.stop()
  expect(signIn.status).toBe(200)
})

test('a master key that is not the one of this data stops the start with a sentence', async () => {
  const wrong = parseConfig({ ...environment, MASTER_KEYS: `1:${makeMasterKey()}` })
  await expect(startServer(wrong)).rejects.toThrow(
    'MASTER_KEYS does not hold the key this data was sealed under.',
  )
})

test('a directory secret that is not the one of this data stops the start with a sentence', async () => {
  const wrong = parseConfig({ ...environment, DIRECTORY_SECRET: randomBytes(32).toString('hex') })
  await expect(startServer(wrong)).rejects.toThrow(
    'DIRECTORY_SECRET is not the one this data was written under.',
  )
})

test('a port in use stops the start with a sentence', async () => {
  const server = await startServer(parseConfig(environment))
  const port = new URL(server.url).port
  await expect(startServer(parseConfig({ ...environment, PORT: port }))).rejects.toThrow(
    `PORT ${port} is already in use.`,
  )
  await server.stop()
})
