import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AwsClient } from 'aws4fetch'
import type { Region } from '#contract/common.ts'
import { type FilePort, requireKey, type StagedFile } from './files.ts'
import { askS3, isGone, multipartBody, S3Fault, type S3Place, valuesOf } from './s3-requests.ts'

/** Where the files of a region are kept, and what may reach them. */
export type S3Config = {
  buckets: Partial<Record<Region, { endpoint: string; bucket: string; region: string }>>
  accessKeyId: string
  secretAccessKey: string
}

/** How much is gathered before it is sent: every piece but the last must have at least 5 MiB, and an object at most 10,000 of them. */
const pieceBytes = 8 * 2 ** 20
/** What is this small goes in one request, and waits in memory for it. */
const singleBytesMax = 2 ** 20
/** How many objects beneath a key are removed at once. */
const removedAtOnce = 8

/** Files in buckets of an S3-compatible store, one for each region. A body that does not fit one piece is a multipart upload: the store
 *  keeps its pieces aside, and completing it is what publishes the object, without a copy. At most two pieces of each body are in memory. */
export const s3Files = ({ buckets, accessKeyId, secretAccessKey }: S3Config): FilePort => {
  const places = new Map(
    Object.entries(buckets).map(([name, { endpoint, bucket, region }]): [string, S3Place] => [
      name,
      {
        base: `${endpoint.replace(/\/+$/, '')}/${bucket}`,
        // Tries are ours: the client would not repeat what the network broke.
        client: new AwsClient({ accessKeyId, secretAccessKey, service: 's3', region, retries: 0 }),
      },
    ]),
  )
  const placeOf = (region: Region): S3Place => {
    const place = places.get(region)
    if (!place) throw new Error(`No bucket is configured for the region ${region}`)
    return place
  }
  return {
    stage(region, key, bytes) {
      requireKey(key)
      return stage(placeOf(region), key, bytes)
    },
    async read(region, key, range) {
      requireKey(key)
      const headers: Record<string, string> = range ? { range: `bytes=${range.start}-${range.end - 1}` } : {}
      const reply = await askS3(placeOf(region), 'GET', key, { headers, streams: true })
      if (!reply.body) return Readable.from([])
      return Readable.fromWeb(reply.body)
    },
    async remove(region, key) {
      requireKey(key)
      const place = placeOf(region)
      const [beneath] = await Promise.all([listBeneath(place, key), removeOne(place, key)])
      for (let start = 0; start < beneath.length; start += removedAtOnce)
        await Promise.all(beneath.slice(start, start + removedAtOnce).map((one) => removeOne(place, one)))
    },
    async sweep(olderThan) {
      await Promise.all([...places.values()].map((place) => sweepPlace(place, olderThan)))
    },
  }
}

const stage = async (place: S3Place, key: string, bytes: Readable): Promise<StagedFile> => {
  let uploadId: string | undefined
  const tags: string[] = []
  const abandon = async (): Promise<void> => {
    if (uploadId !== undefined) await abort(place, key, uploadId)
  }
  try {
    // The next piece is gathered while one is on its way.
    let sending: Promise<string> | undefined
    for await (const { piece, isLast } of piecesOf(bytes)) {
      if (sending) tags.push(await sending)
      if (isLast && tags.length === 0 && piece.length <= singleBytesMax)
        return {
          publish: async () => void (await askS3(place, 'PUT', key, { body: piece })),
          discard: async () => {},
        }
      uploadId ??= await begin(place, key)
      const number = tags.length + 1
      sending = send(place, key, uploadId, number, piece)
      // It is awaited a turn later; a fault meanwhile is not one that nobody hears.
      sending.catch(() => {})
    }
    if (sending) tags.push(await sending)
  } catch (error) {
    await abandon().catch(() => {})
    throw error
  }
  return {
    publish: () => complete(place, key, uploadId ?? '', tags),
    // What cannot be aborted now, the sweep aborts.
    discard: () => abandon().catch(() => {}),
  }
}

/** Cuts a body into pieces; an empty one has one that is empty. */
async function* piecesOf(bytes: Readable): AsyncGenerator<{ piece: Buffer<ArrayBuffer>; isLast: boolean }> {
  let held: Buffer[] = []
  let heldBytes = 0
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    held.push(chunk)
    heldBytes += chunk.length
    while (heldBytes > pieceBytes) {
      const all = Buffer.concat(held)
      yield { piece: all.subarray(0, pieceBytes), isLast: false }
      held = [all.subarray(pieceBytes)]
      heldBytes -= pieceBytes
    }
  }
  yield { piece: Buffer.concat(held), isLast: true }
}

const begin = async (place: S3Place, key: string): Promise<string> => {
  const reply = await askS3(place, 'POST', key, { query: { uploads: '' } })
  const [uploadId] = valuesOf(await reply.text(), 'UploadId')
  if (!uploadId) throw new Error('The object store began no upload')
  return uploadId
}

const send = async (
  place: S3Place,
  key: string,
  uploadId: string,
  number: number,
  piece: Buffer<ArrayBuffer>,
): Promise<string> => {
  const reply = await askS3(place, 'PUT', key, { query: { partNumber: `${number}`, uploadId }, body: piece })
  return reply.headers.get('etag') ?? createHash('md5').update(piece).digest('hex')
}

const complete = async (
  place: S3Place,
  key: string,
  uploadId: string,
  tags: readonly string[],
): Promise<void> => {
  const reply = await askS3(place, 'POST', key, { query: { uploadId }, body: multipartBody(tags) }).catch(
    async (error) => {
      // An earlier try may have got through without its answer.
      if (isGone(error) && (await isThere(place, key))) return undefined
      throw error
    },
  )
  if (!reply) return
  const text = await reply.text()
  // The store answers before it is done, so a fault may come under the status of success.
  if (!text.includes('<CompleteMultipartUploadResult'))
    throw new S3Fault('POST', reply.status, valuesOf(text, 'Code')[0])
}

const isThere = async (place: S3Place, key: string): Promise<boolean> =>
  askS3(place, 'HEAD', key).then(
    () => true,
    () => false,
  )

const abort = async (place: S3Place, key: string, uploadId: string): Promise<void> => {
  await askS3(place, 'DELETE', key, { query: { uploadId } }).catch(unlessGone)
}

const removeOne = async (place: S3Place, key: string): Promise<void> => {
  await askS3(place, 'DELETE', key).catch(unlessGone)
}

const unlessGone = (error: unknown): void => {
  if (!isGone(error)) throw error
}

const listBeneath = async (place: S3Place, key: string): Promise<string[]> => {
  const keys: string[] = []
  for (let token: string | undefined; ; ) {
    const more: Record<string, string> = token === undefined ? {} : { 'continuation-token': token }
    const reply = await askS3(place, 'GET', '', { query: { 'list-type': '2', prefix: `${key}/`, ...more } })
    const text = await reply.text()
    keys.push(...valuesOf(text, 'Key'))
    ;[token] = valuesOf(text, 'NextContinuationToken')
    if (!token) return keys
  }
}

/** Aborts uploads that were begun before `olderThan` and never completed. What remains has to be listed from the start each time, for
 *  aborting changes the list. */
const sweepPlace = async (place: S3Place, olderThan: Date): Promise<void> => {
  for (let marker: Record<string, string> = {}; ; ) {
    const reply = await askS3(place, 'GET', '', { query: { uploads: '', ...marker } })
    const text = await reply.text()
    for (const entry of text.split('<Upload>').slice(1)) {
      const [key, uploadId, begun] = ['Key', 'UploadId', 'Initiated'].map((tag) => valuesOf(entry, tag)[0])
      if (key && uploadId && begun && new Date(begun) < olderThan) await abort(place, key, uploadId)
    }
    const [[key], [uploadId]] = [valuesOf(text, 'NextKeyMarker'), valuesOf(text, 'NextUploadIdMarker')]
    if (valuesOf(text, 'IsTruncated')[0] !== 'true' || !key) return
    marker = { 'key-marker': key, ...(uploadId ? { 'upload-id-marker': uploadId } : {}) }
  }
}
