import { createHash } from 'node:crypto'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AwsClient } from 'aws4fetch'

/* The requests that we make of an S3-compatible store, and the little of its XML that we read. */

/** A bucket, `base` being its address, and what signs requests to it. */
export type S3Place = { base: string; client: AwsClient }

/** What the store refused. It names neither bucket nor key. */
export class S3Fault extends Error {
  readonly status: number
  constructor(method: string, status: number, code: string | undefined) {
    super(`The object store answered ${method} with ${status}${code ? ` ${code}` : ''}`)
    this.status = status
  }
}

export const isGone = (error: unknown): boolean => error instanceof S3Fault && error.status === 404

type Asked = {
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: Uint8Array<ArrayBuffer> | string
  /** The body of the answer is read as it comes, for however long that takes. */
  streams?: true
}

export type S3Reply = {
  status: number
  headers: Headers
  body: ReadableStream<Uint8Array> | null
  text(): Promise<string>
}

const triesMax = 4
const firstWaitMs = 100
/** Enough for a piece of 8 MiB over 2 Mbit/s. */
const answerMsMax = 60_000

/** Asks the store, and again when it is busy or the network failed: each of these requests may be repeated. What is sent carries its SHA-256
 *  within the signature, so the store refuses what changed on the way. Throws S3Fault. */
export const askS3 = async (
  { base, client }: S3Place,
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE',
  key: string,
  { query = {}, headers = {}, body, streams }: Asked = {},
): Promise<S3Reply> => {
  const address = new URL(key === '' ? base : `${base}/${key}`)
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  const digest = createHash('sha256')
    .update(body ?? '')
    .digest('hex')
  for (let tries = 1; ; tries++) {
    const patience = AbortSignal.timeout(answerMsMax)
    const reply = await client
      .sign(address, {
        method,
        headers: { 'x-amz-content-sha256': digest, ...headers },
        ...(body === undefined ? {} : { body }),
      })
      .then((request) => fetch(request, streams ? {} : { signal: patience }))
      .catch((cause: unknown) => {
        if (tries === triesMax) throw new Error('The object store cannot be reached', { cause })
      })
    if (reply?.ok) return reply as S3Reply
    const mayPass = !reply || reply.status >= 500 || reply.status === 429
    if (reply && (!mayPass || tries === triesMax))
      throw new S3Fault(method, reply.status, valuesOf(await reply.text(), 'Code')[0])
    await reply?.body?.cancel()
    await sleep(firstWaitMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2))
  }
}

const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#34': '"',
  '#39': "'",
}

/** The texts of all elements of this name. */
export const valuesOf = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&([a-z]+|#\d+);/g, (entity, name) => entities[name] ?? entity),
  )

/** What completes an upload of these pieces. */
export const multipartBody = (tags: readonly string[]): string => {
  const pieces = tags.map(
    (tag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag.replaceAll('"', '&quot;')}</ETag></Part>`,
  )
  return `<CompleteMultipartUpload>${pieces.join('')}</CompleteMultipartUpload>`
}
