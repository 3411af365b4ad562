import { createHash, createHmac } from 'node:crypto'

/* Signatures of AWS, version 4, worked out from a request as it arrived: independent of what the server signs with. */

export type Signed = {
  method: string
  /** As it was sent. */
  target: string
  headers: Readonly<Record<string, string | string[] | undefined>>
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

const canonicalQuery = (query: string): string =>
  query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', value = ''] = pair
        .split('=')
        .map((text) => decodeURIComponent(text.replaceAll('+', ' ')))
      return [encode(name), encode(value)]
    })
    .sort(([a = '', x = ''], [b = '', y = '']) => (a < b || (a === b && x < y) ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')

/** What `Authorization` says: by which key, for which day, region and service, over which headers. */
const parse = (authorization: string) => {
  const [, keyId = '', scope = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? []
  return { keyId, scope, names: names.split(';'), signature }
}

/** The signature that a request must carry. */
export const signatureOf = (
  { method, target, headers }: Signed,
  { scope, names }: { scope: string; names: readonly string[] },
  secret: string,
): string => {
  const [path = '', query = ''] = target.split('?')
  const canonical = [
    method,
    path
      .split('/')
      .map((part) => encode(decodeURIComponent(part)))
      .join('/'),
    canonicalQuery(query),
    ...names.map(
      (name) =>
        `${name}:${String(headers[name] ?? '')
          .trim()
          .replace(/\s+/g, ' ')}`,
    ),
    '',
    names.join(';'),
    String(headers['x-amz-content-sha256']),
  ].join('\n')
  const [day = '', region = '', service = '', end = ''] = scope.split('/')
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), end)
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  return hmac(key, text).toString('hex')
}

const skewMsMax = 15 * 60_000

/** Why a request is refused, or undefined: the code of S3. `bodyDigest` is the SHA-256 of what came. */
export const refusalOf = (
  signed: Signed,
  { keyId, secret, region }: { keyId: string; secret: string; region: string },
  bodyDigest: string,
  now = new Date(),
): string | undefined => {
  const { headers } = signed
  if (typeof headers.authorization !== 'string') return 'AccessDenied'
  const claim = parse(headers.authorization)
  if (claim.keyId !== keyId) return 'InvalidAccessKeyId'
  const stamp = String(headers['x-amz-date'])
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? []
  const saidMs = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
  if (!(Math.abs(saidMs - now.getTime()) <= skewMsMax)) return 'RequestTimeTooSkewed'
  if (claim.scope !== `${stamp.slice(0, 8)}/${region}/s3/aws4_request`) return 'AuthorizationHeaderMalformed'
  const mustBeSigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))]
  if (mustBeSigned.some((name) => !claim.names.includes(name))) return 'AccessDenied'
  if (signatureOf(signed, claim, secret) !== claim.signature) return 'SignatureDoesNotMatch'
  const digest = headers['x-amz-content-sha256']
  if (digest !== 'UNSIGNED-PAYLOAD' && digest !== bodyDigest) return 'XAmzContentSHA256Mismatch'
}
