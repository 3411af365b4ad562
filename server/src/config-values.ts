import { isIP } from 'node:net'
import { z } from 'zod'
import { Region } from '#contract/common.ts'

/* What the value of one variable may look like. */

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
