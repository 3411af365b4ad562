import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type S3Server, startS3Server } from '../../test/s3-server.ts'
import { secondsAfter } from '../clock.ts'
import { diskFiles } from './disk-files.ts'
import type { FilePort } from './files.ts'
import { s3Files } from './s3-files.ts'

/* What every store of files promises, and then what only one of them can show. */

const secrets = { keyId: 'AKIDEXAMPLE', secret: 'a secret of the store', region: 'eu-test-1' }
const MiB = 2 ** 20

let folder: string
let store: S3Server
let disk: FilePort
let s3: FilePort

const s3Of = (changes: { secretAccessKey?: string } = {}) => {
  const placed = (bucket: string) => ({ endpoint: store.endpoint, bucket, region: secrets.region })
  return s3Files({
    buckets: { us: placed('files-us'), eu: placed('files-eu') },
    accessKeyId: secrets.keyId,
    secretAccessKey: secrets.secret,
    ...changes,
  })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-port-'))
  store = await startS3Server(secrets, ['files-us', 'files-eu'])
  disk = diskFiles(folder)
  s3 = s3Of()
})
afterAll(async () => {
  await store.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  store.asked.length = 0
})

const bucket = () => store.buckets.get('files-us')
/** What lies aside, half written or not yet published. */
const aside = async (port: FilePort): Promise<number> =>
  port === disk
    ? (await readdir(join(folder, 'incoming')).catch(() => [])).length
    : (bucket()?.multiparts.size ?? 0)

const put = async (port: FilePort, key: string, bytes: Buffer): Promise<void> =>
  (await port.stage('us', key, Readable.from([bytes]))).publish()
const get = async (port: FilePort, key: string): Promise<Buffer> => buffer(await port.read('us', key))

describe.each([
  ['the disk', () => disk],
  ['an object store', () => s3],
] as const)('files on %s', (_name, portOf) => {
  const kept = 'kept/one'

  test.each([1, 1000, MiB, MiB + 1, 8 * MiB, 8 * MiB + 1, 17 * MiB])(
    '%i bytes come back as they were, in whatever pieces they came',
    async (size) => {
      const port = portOf()
      const bytes = randomBytes(size)
      const pieces = Array.from({ length: Math.ceil(size / 700_001) }, (_, n) =>
        bytes.subarray(n * 700_001, (n + 1) * 700_001),
      )
      const staged = await port.stage('us', kept, Readable.from(pieces))
      await staged.publish()
      expect((await get(port, kept)).equals(bytes)).toBe(true)
      expect(await aside(port)).toBe(0)
    },
  )

  test('what is staged is seen by nobody until it is published', async () => {
    const port = portOf()
    await put(port, kept, Buffer.from('before'))
    const staged = await port.stage('us', kept, Readable.from([randomBytes(9 * MiB)]))
    expect((await get(port, kept)).toString()).toBe('before')
    await staged.publish()
    expect((await get(port, kept)).length).toBe(9 * MiB)
  })

  test('what is discarded leaves nothing', async () => {
    const port = portOf()
    const staged = await port.stage('us', 'kept/discarded', Readable.from([randomBytes(9 * MiB)]))
    expect(await aside(port)).toBe(1)
    await staged.discard()
    expect(await aside(port)).toBe(0)
    await expect(port.read('us', 'kept/discarded')).rejects.toThrow()
  })

  test('a stream that breaks off leaves nothing', async () => {
    const port = portOf()
    const source = new PassThrough()
    const staging = port.stage('us', 'kept/broken', source)
    source.write(randomBytes(9 * MiB))
    setTimeout(() => source.destroy(new Error('gone')), 50)
    await expect(staging).rejects.toThrow('gone')
    await expect.poll(() => aside(port)).toBe(0)
    await expect(port.read('us', 'kept/broken')).rejects.toThrow()
  })

  test('a range gives those bytes and no others', async () => {
    const port = portOf()
    const bytes = randomBytes(100_000)
    await put(port, kept, bytes)
    for (const [start, end] of [
      [0, 1],
      [10, 20],
      [65_536, 100_000],
      [99_999, 100_000],
    ] as const)
      expect(
        (await buffer(await port.read('us', kept, { start, end }))).equals(bytes.subarray(start, end)),
      ).toBe(true)
  })

  test('removing takes along what lies beneath, spares what only begins alike, and may be repeated', async () => {
    const port = portOf()
    const beneath = Array.from({ length: 8 }, (_, n) => `kept/ab/${n}-x`)
    for (const key of [...beneath, 'kept/abc', 'kept/abc2/1-x']) await put(port, key, Buffer.from(key))
    await put(port, 'kept/alone', Buffer.from('alone'))
    await port.remove('us', 'kept/ab')
    await port.remove('us', 'kept/ab')
    await port.remove('us', 'kept/alone')
    for (const key of [...beneath, 'kept/alone']) await expect(port.read('us', key)).rejects.toThrow()
    expect((await get(port, 'kept/abc')).toString()).toBe('kept/abc')
    expect((await get(port, 'kept/abc2/1-x')).toString()).toBe('kept/abc2/1-x')
  })

  test('regions keep apart', async () => {
    const port = portOf()
    await put(port, 'kept/here', Buffer.from('here'))
    await expect(port.read('eu', 'kept/here')).rejects.toThrow()
    await port.remove('eu', 'kept/here')
    expect((await get(port, 'kept/here')).toString()).toBe('here')
  })

  test.each(['', 'one', '../kept/one', 'kept/../one', '/kept/one', 'kept//one', 'kept/one?x', 'Kept/one'])(
    'the key %j is none of ours',
    async (key) => {
      const port = portOf()
      const refused = 'malformed'
      await expect((async () => port.read('us', key))()).rejects.toThrow(refused)
      await expect((async () => port.remove('us', key))()).rejects.toThrow(refused)
      await expect((async () => port.stage('us', key, Readable.from([])))()).rejects.toThrow(refused)
    },
  )

  test('the sweep removes what crashed writes left long ago, and spares what is being written', async () => {
    const port = portOf()
    for (let n = 0; n < 7; n++)
      await port.stage('us', `kept/left-${n}`, Readable.from([randomBytes(2 * MiB)]))
    const fresh = await port.stage('us', 'kept/fresh', Readable.from([randomBytes(2 * MiB)]))
    const old = secondsAfter(new Date(), -48 * 3600)
    if (port === disk) {
      const names = await readdir(join(folder, 'incoming'))
      expect(names).toHaveLength(8)
      // All but one that is the newest.
      const dated = names.slice(0, 7)
      for (const name of dated) await utimes(join(folder, 'incoming', name), old, old)
    } else
      for (const left of bucket()?.multiparts.values() ?? []) if (left.key !== 'kept/fresh') left.begun = old
    await port.sweep(secondsAfter(new Date(), -24 * 3600))
    expect(await aside(port)).toBe(1)
    if (port !== disk) await fresh.publish()
    await port.sweep(secondsAfter(new Date(), 3600))
    expect(await aside(port)).toBe(0)
  })
})

describe('an object store that fails', () => {
  test('is asked again when it is busy, or when the network breaks', async () => {
    const bytes = randomBytes(17 * MiB)
    store.failNext('POST', 503)
    store.failNext('PUT', 'cut')
    store.failNext('PUT', 500)
    store.failNext('GET', 'cut')
    await put(s3, 'kept/busy', bytes)
    expect((await get(s3, 'kept/busy')).equals(bytes)).toBe(true)
  })

  test('whose last answer is lost has published all the same', async () => {
    const bytes = randomBytes(9 * MiB)
    const staged = await s3.stage('us', 'kept/late', Readable.from([bytes]))
    store.failNext('POST', 'late')
    await staged.publish()
    expect((await get(s3, 'kept/late')).equals(bytes)).toBe(true)
  })

  test('under the status of success is believed what it says, not its status', async () => {
    const staged = await s3.stage('us', 'kept/hidden', Readable.from([randomBytes(9 * MiB)]))
    store.failNext('POST', 'hidden')
    await expect(staged.publish()).rejects.toThrow('InternalError')
    await staged.discard()
    expect(await aside(s3)).toBe(0)
  })

  test('for good gives a fault without bucket and key, and leaves no pieces behind', async () => {
    store.failNext('PUT', 500, 4)
    const staging = s3.stage('us', 'kept/failing', Readable.from([randomBytes(9 * MiB)]))
    await expect(staging).rejects.toThrow(/^The object store answered PUT with 500 SlowDown$/)
    expect(await aside(s3)).toBe(0)
  })

  test('lets in no key but its own', async () => {
    const stranger = s3Of({ secretAccessKey: 'another' })
    await expect(stranger.read('us', 'kept/one')).rejects.toThrow('SignatureDoesNotMatch')
    await expect(put(stranger, 'kept/one', Buffer.from('x'))).rejects.toThrow('SignatureDoesNotMatch')
  })

  test('is never asked for a region without a bucket', async () => {
    await expect((async () => s3.read('ap', 'kept/one'))()).rejects.toThrow('No bucket is configured')
    expect(store.asked).toEqual([])
  })
})

test('a small body is one request, a large one goes in pieces of 8 MiB', async () => {
  await put(s3, 'kept/small', randomBytes(1000))
  expect(store.asked.map((line) => line.split(' ')[0])).toEqual(['PUT'])
  store.asked.length = 0
  await put(s3, 'kept/large', randomBytes(20 * MiB))
  expect(store.asked.map((line) => line.split(' ')[0])).toEqual(['POST', 'PUT', 'PUT', 'PUT', 'POST'])
})
