import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { Region } from '#contract/common.ts'
import {
  type AppleConfig,
  Buckets,
  ConfigError,
  type GithubConfig,
  isProxy,
  type OidcConfig,
  Positive,
  PostgresUrl,
  ProviderUrl,
  parseJson,
  parsePrivateKey,
  Sender,
  StoreUrl,
  withoutEmpty,
  words,
} from './config-values.ts'
import { parseMasterKeys } from './crypto/key-ring.ts'
import { defaultRateLimits, type RateCategory, type RateLimits } from './door/rate-categories.ts'
import type { S3Config } from './ports/s3-files.ts'

export type CellConfig = { id: string; region: Region; url: string }

/** What the environment decides (docs/configuration.md lists every variable). */
export type Config = {
  port: number
  host: string
  /** The site as people and clients reach it, without a trailing slash; null until the port is known. */
  publicUrl: string | null
  dataDir: string
  /** null: embedded Postgres. */
  stores: { directoryUrl: string; cells: CellConfig[] } | null
  /** Where files are kept; null: in the data folder. */
  s3: S3Config | null
  /** null: kept in the data folder (embedded only). */
  secrets: { masterKeys: ReadonlyMap<number, Buffer>; directorySecret: Buffer } | null
  smtp: { url: string; from: string } | null
  clock: 'system' | 'controllable'
  sessionIdleSeconds: number
  sessionAbsoluteSeconds: number
  rateLimits: RateLimits
  trustedProxies: string[]
  reservedUsernames: ReadonlySet<string>
  /** Who people can sign in with besides e-mail and password; null where it is not configured. */
  providers: {
    google: OidcConfig | null
    github: GithubConfig | null
    apple: AppleConfig | null
  }
  /** Where a browser measures how far a region is; a region that is missing here answers for itself. */
  regionPingUrls: Partial<Record<Region, string>>
  /** Mail domains that count as a consumer's besides the built-in list (SPEC 1.5). */
  consumerMailDomains: ReadonlySet<string>
  /** Who makes, sees and revokes the keys of a workspace (SPEC 5.2). */
  keyPolicy: 'by-role' | 'owner-only'
  /** Where nodes share what is left of rate limits; null: each node counts for itself. */
  redisUrl: string | null
  /** What this process does: answers requests, takes jobs, or both. */
  role: 'all' | 'web' | 'worker'
  metricsToken: string | null
  logLevel: string
}

export const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATA_DIR: z.string().min(1).default('.gatehouse'),
  DIRECTORY_DATABASE_URL: PostgresUrl.optional(),
  CELL_DATABASE_URLS: z.string().optional(),
  MASTER_KEYS: z.string().optional(),
  DIRECTORY_SECRET: z.string().min(32).optional(),
  S3_BUCKETS: z.string().optional(),
  S3_ENDPOINT: StoreUrl.optional(),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: Sender.default('Gatehouse <no-reply@localhost>'),
  GATEHOUSE_CLOCK: z.enum(['system', 'controllable']).default('system'),
  SESSION_IDLE_SECONDS: Positive.default(24 * 3600),
  SESSION_ABSOLUTE_SECONDS: Positive.default(30 * 24 * 3600),
  RATE_LIMITS: z.string().optional(),
  TRUSTED_PROXIES: z.string().default(''),
  RESERVED_USERNAMES: z.string().default(''),
  GOOGLE_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
  GOOGLE_ISSUER: ProviderUrl.default('https://accounts.google.com'),
  GITHUB_CLIENT_ID: z.string().min(1).optional(),
  GITHUB_CLIENT_SECRET: z.string().min(1).optional(),
  GITHUB_URL: ProviderUrl.default('https://github.com'),
  APPLE_CLIENT_ID: z.string().min(1).optional(),
  APPLE_TEAM_ID: z.string().min(1).optional(),
  APPLE_KEY_ID: z.string().min(1).optional(),
  APPLE_PRIVATE_KEY: z.string().min(1).optional(),
  APPLE_ISSUER: ProviderUrl.default('https://appleid.apple.com'),
  REGION_PING_URLS: z.string().optional(),
  CONSUMER_MAIL_DOMAINS: z.string().default(''),
  KEY_POLICY: z.enum(['by-role', 'owner-only']).default('by-role'),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  ROLE: z.enum(['all', 'web', 'worker']).default('all'),
  METRICS_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

/** Parses the environment once. Throws ConfigError with one sentence naming the first wrong or missing variable. */
export const parseConfig = (env: Record<string, string | undefined>): Config => {
  const parsed = Environment.safeParse(withoutEmpty(env))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new ConfigError(`${issue?.path.join('.')} is not valid: ${issue?.message}.`)
  }
  const vars = parsed.data
  const stores = parseStores(vars.DIRECTORY_DATABASE_URL, vars.CELL_DATABASE_URLS)
  const secrets = parseSecrets(vars.MASTER_KEYS, vars.DIRECTORY_SECRET)
  if (stores && !secrets)
    throw new ConfigError(
      'MASTER_KEYS and DIRECTORY_SECRET must be set when DIRECTORY_DATABASE_URL points at an external Postgres.',
    )
  if (stores && vars.GATEHOUSE_CLOCK === 'controllable')
    throw new ConfigError('GATEHOUSE_CLOCK=controllable works with the embedded Postgres only.')
  requireForRole(vars)
  return {
    port: vars.PORT,
    host: vars.HOST,
    publicUrl: vars.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    dataDir: resolve(vars.DATA_DIR),
    stores,
    s3: parseS3(vars, stores ? stores.cells.map(({ region }) => region) : Region.options),
    secrets,
    smtp: vars.SMTP_URL ? { url: vars.SMTP_URL, from: vars.MAIL_FROM } : null,
    clock: vars.GATEHOUSE_CLOCK,
    sessionIdleSeconds: vars.SESSION_IDLE_SECONDS,
    sessionAbsoluteSeconds: vars.SESSION_ABSOLUTE_SECONDS,
    rateLimits: parseRateLimits(vars.RATE_LIMITS),
    trustedProxies: parseProxies(vars.TRUSTED_PROXIES),
    reservedUsernames: new Set(words(vars.RESERVED_USERNAMES)),
    providers: parseProviders(vars),
    regionPingUrls: parseRegionPings(vars.REGION_PING_URLS),
    consumerMailDomains: new Set(words(vars.CONSUMER_MAIL_DOMAINS.toLowerCase())),
    keyPolicy: vars.KEY_POLICY,
    redisUrl: vars.REDIS_URL ?? null,
    role: vars.ROLE,
    metricsToken: vars.METRICS_TOKEN ?? null,
    logLevel: vars.LOG_LEVEL,
  }
}

/** One of several processes reaches stores that others reach too, and hands its mail to them. */
const requireForRole = ({ ROLE, DIRECTORY_DATABASE_URL, SMTP_URL }: Vars): void => {
  if (ROLE === 'all') return
  if (!DIRECTORY_DATABASE_URL)
    throw new ConfigError(
      `ROLE=${ROLE} needs an external Postgres: set DIRECTORY_DATABASE_URL and CELL_DATABASE_URLS.`,
    )
  if (!SMTP_URL)
    throw new ConfigError(
      `SMTP_URL must be set when ROLE is ${ROLE}: the embedded mailbox belongs to one process alone.`,
    )
}

const parseStores = (directoryUrl: string | undefined, cellsText: string | undefined): Config['stores'] => {
  if (!directoryUrl && !cellsText) return null
  if (!directoryUrl || !cellsText)
    throw new ConfigError('DIRECTORY_DATABASE_URL and CELL_DATABASE_URLS must be set together.')
  const parsed = z.record(z.string(), PostgresUrl).safeParse(parseJson('CELL_DATABASE_URLS', cellsText))
  const entries = parsed.success ? Object.entries(parsed.data) : []
  const cells = entries.flatMap(([id, url]) => {
    const region = Region.safeParse(/^([a-z]{2})-[0-9]{1,4}$/.exec(id)?.[1])
    return region.success ? [{ id, region: region.data, url }] : []
  })
  if (cells.length === 0 || cells.length !== entries.length)
    throw new ConfigError(
      'CELL_DATABASE_URLS must map cell names such as us-1, eu-1 or ap-1 to Postgres URLs, as JSON.',
    )
  return { directoryUrl, cells }
}

/** Regions keep their files apart, so each that is offered needs a bucket. */
const parseS3 = (vars: Vars, offered: readonly Region[]): Config['s3'] => {
  const { S3_ENDPOINT, S3_REGION } = vars
  const given = allOrNone(vars, ['S3_BUCKETS', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])
  if (!given) {
    if (S3_ENDPOINT) throw new ConfigError('S3_ENDPOINT needs S3_BUCKETS.')
    return null
  }
  const parsed = Buckets.safeParse(parseJson('S3_BUCKETS', given.S3_BUCKETS))
  if (!parsed.success)
    throw new ConfigError(
      'S3_BUCKETS must map regions (us, eu, ap) to buckets: names, or objects of bucket, region and endpoint.',
    )
  const missing = offered.find((region) => !parsed.data[region])
  if (missing) throw new ConfigError(`S3_BUCKETS names no bucket for the region ${missing}.`)
  const buckets: S3Config['buckets'] = {}
  for (const [name, { bucket, region = S3_REGION, endpoint = S3_ENDPOINT }] of Object.entries(parsed.data))
    buckets[name as Region] = { bucket, region, endpoint: endpoint ?? `https://s3.${region}.amazonaws.com` }
  return { buckets, accessKeyId: given.S3_ACCESS_KEY_ID, secretAccessKey: given.S3_SECRET_ACCESS_KEY }
}

const parseSecrets = (
  masterKeys: string | undefined,
  directorySecret: string | undefined,
): Config['secrets'] => {
  if (!masterKeys && !directorySecret) return null
  if (!masterKeys || !directorySecret)
    throw new ConfigError('MASTER_KEYS and DIRECTORY_SECRET must be set together.')
  try {
    return { masterKeys: parseMasterKeys(masterKeys), directorySecret: Buffer.from(directorySecret, 'utf8') }
  } catch (error) {
    throw new ConfigError(`MASTER_KEYS is not valid: ${(error as Error).message}.`)
  }
}

type Vars = z.output<typeof Environment>

/** The named variables when all are set, null when none is. */
const allOrNone = <const N extends readonly (keyof Vars & string)[]>(
  vars: Vars,
  names: N,
): Record<N[number], string> | null => {
  const values = names.filter((name) => vars[name] !== undefined)
  if (values.length === 0) return null
  if (values.length < names.length) throw new ConfigError(`${names.join(', ')} must be set together.`)
  return Object.fromEntries(names.map((name) => [name, vars[name]])) as Record<N[number], string>
}

const parseProviders = (vars: Vars): Config['providers'] => {
  const google = allOrNone(vars, ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'])
  const github = allOrNone(vars, ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'])
  const apple = allOrNone(vars, ['APPLE_CLIENT_ID', 'APPLE_TEAM_ID', 'APPLE_KEY_ID', 'APPLE_PRIVATE_KEY'])
  return {
    google: google && {
      issuer: vars.GOOGLE_ISSUER,
      clientId: google.GOOGLE_CLIENT_ID,
      clientSecret: google.GOOGLE_CLIENT_SECRET,
    },
    github: github && {
      url: vars.GITHUB_URL,
      clientId: github.GITHUB_CLIENT_ID,
      clientSecret: github.GITHUB_CLIENT_SECRET,
    },
    apple: apple && {
      issuer: vars.APPLE_ISSUER,
      clientId: apple.APPLE_CLIENT_ID,
      teamId: apple.APPLE_TEAM_ID,
      keyId: apple.APPLE_KEY_ID,
      privateKey: parsePrivateKey(apple.APPLE_PRIVATE_KEY),
    },
  }
}

const parseRegionPings = (text: string | undefined): Config['regionPingUrls'] => {
  if (!text) return {}
  const given = z
    .partialRecord(Region, z.url({ protocol: /^https?$/ }))
    .safeParse(parseJson('REGION_PING_URLS', text))
  if (!given.success)
    throw new ConfigError('REGION_PING_URLS must map regions (us, eu, ap) to addresses, as JSON.')
  return given.data
}

const parseProxies = (text: string): string[] => {
  const proxies = words(text)
  const wrong = proxies.find((proxy) => !isProxy(proxy))
  if (wrong !== undefined)
    throw new ConfigError(
      `TRUSTED_PROXIES holds "${wrong}", which is no IP address, range such as 10.0.0.0/8, or one of loopback, linklocal and uniquelocal.`,
    )
  return proxies
}

const parseRateLimits = (text: string | undefined): RateLimits => {
  if (!text) return defaultRateLimits
  const given = z.record(z.string(), z.number().int().positive()).safeParse(parseJson('RATE_LIMITS', text))
  if (!given.success)
    throw new ConfigError('RATE_LIMITS must map categories to whole requests per minute above 0, as JSON.')
  const unknown = Object.keys(given.data).find((name) => !Object.hasOwn(defaultRateLimits, name))
  if (unknown)
    throw new ConfigError(
      `RATE_LIMITS names the unknown category "${unknown}"; there are ${Object.keys(defaultRateLimits).join(', ')}.`,
    )
  return { ...defaultRateLimits, ...(given.data as Partial<Record<RateCategory, number>>) }
}
