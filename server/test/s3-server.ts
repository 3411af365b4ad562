import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { refusalOf } from './sig-v4.ts'

/* An object store that speaks as much of S3 as we ask of one. It keeps everything in memory, and lets nothing pass that is not rightly signed:
   the packages that run an S3 for tests take unsigned and changed requests (TOOLCHAIN, section 9). */

type Multipart = { key: string; begun: Date; parts: Map<number, Buffer> }
type Bucket = { objects: Map<string, Buffer>; multiparts: Map<string, Multipart> }

export type S3Server = {
  endpoint: string
  buckets: Map<string, Bucket>
  /** Every request so far, as `METHOD /bucket/key?query STATUS`. */
  asked: string[]
  /** Answers the next requests of this method with a fault: a status; `cut` for a broken connection; `late` for one that is done first and
   *  whose answer never arrives; `hidden` for a fault under the status 200. */
  failNext(method: string, how: number | 'cut' | 'late' | 'hidden', times?: number): void
  stop(): Promise<void>
}

/** S3 allows 5 MiB. */
const partBytesMin = 5 * 2 ** 20
/** How many keys a list gives at once: few, so that lists go on. */
const listedAtOnce = 3

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`
const inXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

export const startS3Server = async (
  secrets: { keyId: string; secret: string; region: string },
  names: readonly string[],
): Promise<S3Server> => {
  const buckets = new Map(
    names.map((name): [string, Bucket] => [name, { objects: new Map(), multiparts: new Map() }]),
  )
  const asked: string[] = []
  const faults: { method: string; how: number | 'cut' | 'late' | 'hidden' }[] = []

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: target = '' } = request
    const body = await buffer(request)
    const reply = ({ status, text, headers }: Answer): void => {
      asked.push(`${method} ${target} ${status}`)
      response.writeHead(status, { 'content-length': String(Buffer.byteLength(text)), ...headers })
      response.end(method === 'HEAD' ? undefined : text)
    }
    const at = faults.findIndex((fault) => fault.method === method)
    const how = at < 0 ? undefined : faults.splice(at, 1)[0]?.how
    if (how === 'cut') {
      request.socket.destroy()
      return
    }
    if (how !== undefined && how !== 'late') {
      reply(how === 'hidden' ? { ...fail(500, 'InternalError'), status: 200 } : fail(how, 'SlowDown'))
      return
    }
    const digest = createHash('sha256').update(body).digest('hex')
    const refused = refusalOf({ method, target, headers: request.headers }, secrets, digest)
    const { pathname, searchParams: query } = new URL(target, 'http://store')
    const [, name = '', ...rest] = pathname.split('/').map(decodeURIComponent)
    const bucket = buckets.get(name)
    const answered = refused
      ? fail(403, refused)
      : bucket
        ? act(bucket, rest.join('/'), method, query, body, request.headers.range)
        : fail(404, 'NoSuchBucket')
    if (how === 'late') request.socket.destroy()
    else reply(answered)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    buckets,
    asked,
    failNext(method, how, times = 1) {
      for (let n = 0; n < times; n++) faults.push({ method, how })
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

type Answer = { status: number; text: string | Buffer; headers?: Record<string, string> }

const answerOf = (
  status: number,
  text: string | Buffer = '',
  headers: Record<string, string> = {},
): Answer => ({ status, text, headers })
const fail = (status: number, code: string): Answer => answerOf(status, `<Error><Code>${code}</Code></Error>`)

const act = (
  { objects, multiparts }: Bucket,
  key: string,
  method: string,
  query: URLSearchParams,
  body: Buffer,
  range: string | undefined,
): Answer => {
  const uploadId = query.get('uploadId')
  const upload = uploadId === null ? undefined : multiparts.get(uploadId)
  if (uploadId !== null && upload?.key !== key) return fail(404, 'NoSuchUpload')

  if (key === '' && method === 'GET' && query.has('uploads')) return listUploads(multiparts, query)
  if (key === '' && method === 'GET' && query.get('list-type') === '2') return listKeys(objects, query)
  if (key === '') return fail(405, 'MethodNotAllowed')
  if (method === 'POST' && query.has('uploads')) {
    const id = randomBytes(12).toString('base64')
    multiparts.set(id, { key, begun: new Date(), parts: new Map() })
    return answerOf(
      200,
      `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    )
  }
  if (method === 'PUT' && upload) {
    upload.parts.set(Number(query.get('partNumber')), body)
    return answerOf(200, '', { etag: etagOf(body) })
  }
  if (method === 'POST' && upload) {
    const told = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>/g)]
    const parts = told.map(([, number]) => upload.parts.get(Number(number)))
    const isRight = told.every(([, number, tag = ''], index) => {
      const part = parts[index]
      return Number(number) === index + 1 && part && etagOf(part) === tag.replaceAll('&quot;', '"')
    })
    if (!isRight || parts.length === 0) return fail(400, 'InvalidPart')
    if (parts.slice(0, -1).some((part) => (part?.length ?? 0) < partBytesMin))
      return fail(400, 'EntityTooSmall')
    objects.set(key, Buffer.concat(parts as Buffer[]))
    multiparts.delete(uploadId ?? '')
    return answerOf(200, '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>')
  }
  if (method === 'DELETE') {
    if (upload) multiparts.delete(uploadId ?? '')
    else objects.delete(key)
    return answerOf(204)
  }
  if (method === 'PUT') {
    objects.set(key, body)
    return answerOf(200, '', { etag: etagOf(body) })
  }
  const found = objects.get(key)
  if (!found) return fail(404, 'NoSuchKey')
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
  if (from === undefined || to === undefined) return answerOf(200, found)
  if (Number(from) >= found.length) return fail(416, 'InvalidRange')
  return answerOf(206, found.subarray(Number(from), Number(to) + 1))
}

const listKeys = (objects: Bucket['objects'], query: URLSearchParams): Answer => {
  const after = query.get('continuation-token') ?? ''
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after)
    .sort()
  const shown = keys.slice(0, listedAtOnce)
  const next =
    keys.length > shown.length ? `<NextContinuationToken>${shown.at(-1)}</NextContinuationToken>` : ''
  const entries = shown.map((key) => `<Contents><Key>${inXml(key)}</Key></Contents>`)
  return answerOf(200, `<ListBucketResult>${entries.join('')}${next}</ListBucketResult>`)
}

const listUploads = (multiparts: Bucket['multiparts'], query: URLSearchParams): Answer => {
  const marker = `${query.get('key-marker') ?? ''} ${query.get('upload-id-marker') ?? ''}`
  const all = [...multiparts]
    .map(([id, { key, begun }]) => ({ id, key, begun, place: `${key} ${id}` }))
    .filter(({ place }) => marker === ' ' || place > marker)
    .sort((a, b) => (a.place < b.place ? -1 : 1))
  const shown = all.slice(0, listedAtOnce)
  const last = all.length > shown.length ? shown.at(-1) : undefined
  const entries = shown.map(
    ({ id, key, begun }) =>
      `<Upload><Key>${inXml(key)}</Key><UploadId>${id}</UploadId><Initiated>${begun.toISOString()}</Initiated></Upload>`,
  )
  const next = last
    ? `<NextKeyMarker>${inXml(last.key)}</NextKeyMarker><NextUploadIdMarker>${last.id}</NextUploadIdMarker>`
    : ''
  return answerOf(
    200,
    `<ListMultipartUploadsResult><IsTruncated>${last !== undefined}</IsTruncated>${next}${entries.join('')}</ListMultipartUploadsResult>`,
  )
}
