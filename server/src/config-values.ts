import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'
import { Region } from '#contract/common.ts'

/* What the value of one variable may look like. */

/** A start-up problem told in one sentence that names the variable. */
export class ConfigError extends Error {}

/** An OpenID Connect client. */
export type OidcConfig = { issuer: string; clientId: string; clientSecret: string }

/** GitHub speaks OAuth 2.0 without OpenID Connect; `url` is github.com or a GitHub Enterprise Server. */
export type GithubConfig = { url: string; clientId: string; clientSecret: string }

/** Apple takes a client secret that is signed anew each time. */
export type AppleConfig = {
  issuer: string
  clientId: string
  teamId: string
  keyId: string
  /** PKCS #8 in PEM. */
  privateKey: string
}

/** The variables that are set to something. */
export const withoutEmpty = (env: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))

/** What a list separated by commas or spaces holds. */
export const words = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean)

export const Positive = z.coerce.number().int().positive()
export const PostgresUrl = z.url({ protocol: /^postgres(ql)?$/ })
/** `a@b.c`, or a name with that in angle brackets. */
export const Sender = z
  .string()
  .regex(/^([^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, 'must hold an e-mail address')

/** Over plain HTTP nothing a provider says could be trusted, save on this machine. */
export const ProviderUrl = z
  .url({ protocol: /^https?$/ })
  .refine(isSecureOrLoopback, 'must be https')
  .transform((url) => url.replace(/\/+$/, ''))

function isSecureOrLoopback(url: string): boolean {
  const { protocol, hostname = '' } = URL.parse(url) ?? {}
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

/** An address, a range of them, or one of the names that the server knows ranges by. */
export const isProxy = (text: string): boolean => {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [address = '', prefix, ...more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

const httpUrl = z.url({ protocol: /^https?$/ })
const Bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)

/** A bucket for each region: its name, or that and where it is when that differs. */
export const Buckets = z.partialRecord(
  Region,
  z.union([
    Bucket.transform((bucket) => ({ bucket, region: undefined, endpoint: undefined })),
    z.strictObject({ bucket: Bucket, region: z.string().min(1).optional(), endpoint: httpUrl.optional() }),
  ]),
)
export const StoreUrl = httpUrl

/** A private key of Apple's, checked. A key on one line has its line breaks written as `\n`. */
export const parsePrivateKey = (text: string): string => {
  const pem = text.replaceAll('\\n', '\n')
  try {
    if (createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1') return pem
  } catch {
    // Told below, without the key.
  }
  throw new ConfigError('APPLE_PRIVATE_KEY must be the EC private key in PEM that Apple gave out.')
}

/** What a variable named `name` holds as JSON. */
export const parseJson = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new ConfigError(`${name} must be JSON.`)
  }
}
