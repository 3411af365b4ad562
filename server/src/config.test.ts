import { generateKeyPairSync } from 'node:crypto'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { ConfigError } from './config-values.ts'
import { makeMasterKey } from './crypto/key-ring.ts'
import { defaultRateLimits } from './door/rate-categories.ts'

test('an empty environment is an embedded installation on this machine only', () => {
  expect(parseConfig({})).toEqual({
    port: 3000,
    host: '127.0.0.1',
    publicUrl: null,
    dataDir: resolve('.gatehouse'),
    stores: null,
    secrets: null,
    s3: null,
    smtp: null,
    clock: 'system',
    sessionIdleSeconds: 24 * 3600,
    sessionAbsoluteSeconds: 30 * 24 * 3600,
    rateLimits: defaultRateLimits,
    trustedProxies: [],
    reservedUsernames: new Set(),
    providers: { google: null, github: null, apple: null },
    regionPingUrls: {},
    consumerMailDomains: new Set(),
    keyPolicy: 'by-role',
    redisUrl: null,
    role: 'all',
    metricsToken: null,
    logLevel: 'info',
  })
})

test('a variable set to nothing counts as unset', () => {
  const names = ['PORT', 'PUBLIC_URL', 'RATE_LIMITS', 'MASTER_KEYS', 'SMTP_URL', 'METRICS_TOKEN', 'LOG_LEVEL']
  expect(parseConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(parseConfig({}))
})

const stores = {
  DIRECTORY_DATABASE_URL: 'postgres://u:p@db/directory',
  CELL_DATABASE_URLS: '{"us-1":"postgres://u:p@db/us","eu-2":"postgresql://u:p@db/eu"}',
}
const secrets = { MASTER_KEYS: `1:${makeMasterKey()}`, DIRECTORY_SECRET: 'd'.repeat(32) }

test('every variable is read', () => {
  const config = parseConfig({
    ...stores,
    ...secrets,
    PORT: '8080',
    HOST: '0.0.0.0',
    PUBLIC_URL: 'https://gate.example.com/',
    DATA_DIR: 'somewhere',
    SMTP_URL: 'smtp://mail.example.com:25',
    MAIL_FROM: 'Gate <gate@example.com>',
    SESSION_IDLE_SECONDS: '60',
    SESSION_ABSOLUTE_SECONDS: '600',
    RATE_LIMITS: '{"default":1000,"auth":100}',
    TRUSTED_PROXIES: '10.0.0.0/8, ::1 loopback',
    RESERVED_USERNAMES: 'acme, widgets',
    REGION_PING_URLS: '{"eu":"https://eu.example.com/ping"}',
    CONSUMER_MAIL_DOMAINS: 'Mail.Example, post.example',
    REDIS_URL: 'redis://cache.example.com:6379',
    ROLE: 'web',
    METRICS_TOKEN: 'sixteen characters',
    LOG_LEVEL: 'warn',
  })
  expect(config).toMatchObject({
    port: 8080,
    host: '0.0.0.0',
    publicUrl: 'https://gate.example.com',
    dataDir: resolve('somewhere'),
    stores: {
      directoryUrl: 'postgres://u:p@db/directory',
      cells: [
        { id: 'us-1', region: 'us', url: 'postgres://u:p@db/us' },
        { id: 'eu-2', region: 'eu', url: 'postgresql://u:p@db/eu' },
      ],
    },
    smtp: { url: 'smtp://mail.example.com:25', from: 'Gate <gate@example.com>' },
    sessionIdleSeconds: 60,
    sessionAbsoluteSeconds: 600,
    rateLimits: { ...defaultRateLimits, default: 1000, auth: 100 },
    trustedProxies: ['10.0.0.0/8', '::1', 'loopback'],
    reservedUsernames: new Set(['acme', 'widgets']),
    regionPingUrls: { eu: 'https://eu.example.com/ping' },
    consumerMailDomains: new Set(['mail.example', 'post.example']),
    redisUrl: 'redis://cache.example.com:6379',
    role: 'web',
    metricsToken: 'sixteen characters',
    logLevel: 'warn',
  })
  expect(config.secrets?.masterKeys.get(1)).toHaveLength(32)
  expect(parseConfig({ GATEHOUSE_CLOCK: 'controllable' }).clock).toBe('controllable')
})

const pem = (namedCurve?: string): string => {
  const { privateKey } = namedCurve
    ? generateKeyPairSync('ec', { namedCurve })
    : generateKeyPairSync('ed25519')
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}
const google = { GOOGLE_CLIENT_ID: 'g-id', GOOGLE_CLIENT_SECRET: 'g-secret' }
const github = { GITHUB_CLIENT_ID: 'h-id', GITHUB_CLIENT_SECRET: 'h-secret' }
const apple = {
  APPLE_CLIENT_ID: 'com.example.gate',
  APPLE_TEAM_ID: 'TEAM123456',
  APPLE_KEY_ID: 'KEY1234567',
  APPLE_PRIVATE_KEY: pem('P-256'),
}

test('each provider is offered once all of its variables are set', () => {
  expect(parseConfig({ ...google, ...github, ...apple }).providers).toEqual({
    google: { issuer: 'https://accounts.google.com', clientId: 'g-id', clientSecret: 'g-secret' },
    github: { url: 'https://github.com', clientId: 'h-id', clientSecret: 'h-secret' },
    apple: {
      issuer: 'https://appleid.apple.com',
      clientId: 'com.example.gate',
      teamId: 'TEAM123456',
      keyId: 'KEY1234567',
      privateKey: apple.APPLE_PRIVATE_KEY,
    },
  })
  expect(parseConfig(github).providers).toMatchObject({ google: null, apple: null })
})

test('a provider may be elsewhere: another issuer, a GitHub Enterprise Server, a server on this machine', () => {
  const { providers } = parseConfig({
    ...google,
    ...github,
    ...apple,
    GOOGLE_ISSUER: 'https://id.example.com/realm/',
    GITHUB_URL: 'https://github.example.com/',
    APPLE_ISSUER: 'http://localhost:4000',
  })
  expect(providers).toMatchObject({
    google: { issuer: 'https://id.example.com/realm' },
    github: { url: 'https://github.example.com' },
    apple: { issuer: 'http://localhost:4000' },
  })
})

test("Apple's key may be written on one line", () => {
  const oneLine = apple.APPLE_PRIVATE_KEY.replaceAll('\n', '\\n')
  expect(oneLine).not.toContain('\n')
  const { providers } = parseConfig({ ...apple, APPLE_PRIVATE_KEY: oneLine })
  expect(providers.apple?.privateKey).toBe(apple.APPLE_PRIVATE_KEY)
})

const s3 = {
  S3_BUCKETS: '{"us":"files-us","eu":{"bucket":"files-eu","region":"eu-central-1"},"ap":"files-ap"}',
  S3_ACCESS_KEY_ID: 'AKID',
  S3_SECRET_ACCESS_KEY: 'a secret',
}

test('buckets say where they are themselves, and otherwise what holds for all of them', () => {
  const bucketOf = (more: object = {}) => parseConfig({ ...s3, ...more }).s3?.buckets
  expect(bucketOf()).toMatchObject({
    us: { bucket: 'files-us', region: 'us-east-1', endpoint: 'https://s3.us-east-1.amazonaws.com' },
    eu: { bucket: 'files-eu', region: 'eu-central-1', endpoint: 'https://s3.eu-central-1.amazonaws.com' },
  })
  const S3_ENDPOINT = 'https://store.example.com'
  expect(bucketOf({ S3_ENDPOINT, S3_REGION: 'here' })?.us).toEqual({
    bucket: 'files-us',
    region: 'here',
    endpoint: S3_ENDPOINT,
  })
})

const withStores = (CELL_DATABASE_URLS: string) => ({ ...stores, ...secrets, CELL_DATABASE_URLS })

test.each<[string, Record<string, string>]>([
  ['PORT', { PORT: 'http' }],
  ['PORT', { PORT: '65536' }],
  ['PORT', { PORT: '-1' }],
  ['PORT', { PORT: '80.5' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'gate.example.com' }],
  ['PUBLIC_URL', { PUBLIC_URL: 'ftp://gate.example.com' }],
  ['DIRECTORY_DATABASE_URL', { ...stores, ...secrets, DIRECTORY_DATABASE_URL: 'db/directory' }],
  ['DIRECTORY_DATABASE_URL', { ...stores, ...secrets, DIRECTORY_DATABASE_URL: 'https://db/directory' }],
  ['DIRECTORY_DATABASE_URL', { CELL_DATABASE_URLS: stores.CELL_DATABASE_URLS, ...secrets }],
  ['CELL_DATABASE_URLS', { DIRECTORY_DATABASE_URL: stores.DIRECTORY_DATABASE_URL, ...secrets }],
  ['CELL_DATABASE_URLS', withStores('us-1=postgres://db/us')],
  ['CELL_DATABASE_URLS', withStores('{}')],
  ['CELL_DATABASE_URLS', withStores('[]')],
  ['CELL_DATABASE_URLS', withStores('{"mars-1":"postgres://db/m"}')],
  ['CELL_DATABASE_URLS', withStores('{"us":"postgres://db/us"}')],
  ['CELL_DATABASE_URLS', withStores('{"us-1":"nowhere"}')],
  ['CELL_DATABASE_URLS', withStores('{"us-1":"mysql://db/us"}')],
  ['MASTER_KEYS', stores],
  ['MASTER_KEYS', { DIRECTORY_SECRET: secrets.DIRECTORY_SECRET }],
  ['MASTER_KEYS', { ...secrets, MASTER_KEYS: 'secret' }],
  ['DIRECTORY_SECRET', { MASTER_KEYS: secrets.MASTER_KEYS }],
  ['DIRECTORY_SECRET', { ...secrets, DIRECTORY_SECRET: 'short' }],
  ['SMTP_URL', { SMTP_URL: 'https://mail.example.com' }],
  ['S3_BUCKETS', { ...s3, S3_BUCKETS: '{"mars":"files"}' }],
  ['S3_BUCKETS', { ...s3, S3_BUCKETS: 'files' }],
  ['S3_BUCKETS', { ...s3, S3_BUCKETS: '{"us":"files-us","eu":"files-eu"}' }],
  ['S3_ACCESS_KEY_ID', { S3_BUCKETS: s3.S3_BUCKETS }],
  ['S3_ENDPOINT', { S3_ENDPOINT: 'https://store.example.com' }],
  ['S3_ENDPOINT', { ...s3, S3_ENDPOINT: 'store.example.com' }],
  ['MAIL_FROM', { SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'Gatehouse' }],
  ['GATEHOUSE_CLOCK', { GATEHOUSE_CLOCK: 'fast' }],
  ['GATEHOUSE_CLOCK', { ...stores, ...secrets, GATEHOUSE_CLOCK: 'controllable' }],
  ['SESSION_IDLE_SECONDS', { SESSION_IDLE_SECONDS: '0' }],
  ['SESSION_ABSOLUTE_SECONDS', { SESSION_ABSOLUTE_SECONDS: '1 day' }],
  ['RATE_LIMITS', { RATE_LIMITS: 'default=5' }],
  ['RATE_LIMITS', { RATE_LIMITS: '[]' }],
  ['RATE_LIMITS', { RATE_LIMITS: '{"default":0}' }],
  ['RATE_LIMITS', { RATE_LIMITS: '{"default":-1}' }],
  ['RATE_LIMITS', { RATE_LIMITS: '{"default":1.5}' }],
  ['RATE_LIMITS', { RATE_LIMITS: '{"default":"100"}' }],
  ['RATE_LIMITS', { RATE_LIMITS: '{"dedicated":5}' }],
  ['RATE_LIMITS', { RATE_LIMITS: '{"constructor":5}' }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: 'everybody' }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/99' }],
  ['GOOGLE_CLIENT_SECRET', { GOOGLE_CLIENT_ID: 'g-id' }],
  ['GOOGLE_CLIENT_ID', { GOOGLE_CLIENT_SECRET: 'g-secret' }],
  ['GOOGLE_ISSUER', { ...google, GOOGLE_ISSUER: 'http://id.example.com' }],
  ['GOOGLE_ISSUER', { ...google, GOOGLE_ISSUER: 'accounts.google.com' }],
  ['GITHUB_CLIENT_SECRET', { GITHUB_CLIENT_ID: 'h-id' }],
  ['GITHUB_CLIENT_ID', { GITHUB_CLIENT_SECRET: 'h-secret' }],
  ['GITHUB_URL', { ...github, GITHUB_URL: 'http://github.example.com' }],
  ['APPLE_CLIENT_ID', { ...apple, APPLE_CLIENT_ID: '' }],
  ['APPLE_TEAM_ID', { ...apple, APPLE_TEAM_ID: '' }],
  ['APPLE_KEY_ID', { ...apple, APPLE_KEY_ID: '' }],
  ['APPLE_PRIVATE_KEY', { ...apple, APPLE_PRIVATE_KEY: '' }],
  ['APPLE_PRIVATE_KEY', { ...apple, APPLE_PRIVATE_KEY: 'AuthKey_KEY1234567.p8' }],
  ['APPLE_PRIVATE_KEY', { ...apple, APPLE_PRIVATE_KEY: pem() }],
  ['APPLE_PRIVATE_KEY', { ...apple, APPLE_PRIVATE_KEY: pem('P-384') }],
  ['APPLE_ISSUER', { ...apple, APPLE_ISSUER: 'http://appleid.apple.com' }],
  ['REGION_PING_URLS', { REGION_PING_URLS: 'eu=https://eu.example.com' }],
  ['REGION_PING_URLS', { REGION_PING_URLS: '["https://eu.example.com"]' }],
  ['REGION_PING_URLS', { REGION_PING_URLS: '{"mars":"https://mars.example.com"}' }],
  ['REGION_PING_URLS', { REGION_PING_URLS: '{"eu":"eu.example.com"}' }],
  ['METRICS_TOKEN', { METRICS_TOKEN: 'short' }],
  ['LOG_LEVEL', { LOG_LEVEL: 'chatty' }],
])('a wrong or missing %s stops the start with one sentence naming it', (name, env) => {
  const said = (() => {
    try {
      parseConfig(env)
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError)
      return (error as Error).message
    }
    return 'it started'
  })()
  expect(said).toContain(name)
  expect(said).toMatch(/^[^\n]+\.$/)
  for (const secret of Object.values({ ...secrets, ...google, ...github, ...apple }))
    expect(said).not.toContain(secret.replace('1:', ''))
})

test('an unknown category of RATE_LIMITS is told with those there are', () => {
  expect(() => parseConfig({ RATE_LIMITS: '{"defualt":5}' })).toThrow(/"defualt".*default.*ingest.*session/)
})

test.each(['web', 'worker'])('a %s process names what it needs besides itself', (role) => {
  expect(() => parseConfig({ ROLE: role })).toThrow(
    `ROLE=${role} needs an external Postgres: set DIRECTORY_DATABASE_URL and CELL_DATABASE_URLS.`,
  )
  expect(() => parseConfig({ ...stores, ...secrets, ROLE: role })).toThrow(
    `SMTP_URL must be set when ROLE is ${role}: the embedded mailbox belongs to one process alone.`,
  )
  expect(() => parseConfig({ ...stores, ...secrets, ROLE: 'all' })).not.toThrow()
})
