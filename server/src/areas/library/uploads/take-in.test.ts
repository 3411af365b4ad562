import { randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { Cell } from '../../../cells/cells.ts'
import { makeDataKey } from '../../../crypto/seal.ts'
import { openStream } from '../../../crypto/sealed-stream.ts'
import type { FilePort } from '../../../ports/files.ts'
import { takeIn } from './take-in.ts'

const dataKey = makeDataKey()
const key = 'uploads/one/0-a'

/** A store in memory; `fault` stands for one that fails with the first bytes. */
const storeOf = ({ fault }: { fault?: Error } = {}) => {
  const state = { bytes: Buffer.alloc(0), discarded: 0 }
  const files = {
    async stage(_region: string, _key: string, bytes: Readable) {
      for await (const chunk of bytes) {
        if (fault) throw fault
        state.bytes = Buffer.concat([state.bytes, chunk])
      }
      return { publish: async () => {}, discard: async () => void state.discarded++ }
    },
  } as unknown as FilePort
  return { files, state }
}

const take = (
  files: FilePort,
  bytes: Readable,
  {
    announced,
    max = 1000,
    signal = new AbortController().signal,
  }: { announced?: number; max?: number; signal?: AbortSignal } = {},
) => takeIn({ files }, { region: 'us' } as Cell, { key, dataKey }, { bytes, announced, signal }, max)

test('what is stored opens to what came, under its own key alone', async () => {
  const { files, state } = storeOf()
  const plain = randomBytes(900)
  const { sizeBytes } = await take(files, Readable.from([plain.subarray(0, 400), plain.subarray(400)]), {
    announced: 900,
  })
  expect(sizeBytes).toBe(900)
  const open = (name: string) => buffer(Readable.from([state.bytes]).pipe(openStream(dataKey, name)))
  expect((await open(key)).equals(plain)).toBe(true)
  await expect(open('uploads/one/1-a')).rejects.toThrow()
})

test.each([
  ['too many', 1001, undefined, 'payload_too_large'],
  ['fewer than were announced', 10, 11, 'invalid_request'],
  ['more than were announced', 10, 9, 'invalid_request'],
  ['none', 0, undefined, 'invalid_request'],
])('%s bytes are refused', async (_name, size, announced, reason) => {
  const { files } = storeOf()
  const source = size ? Readable.from([randomBytes(size)]) : Readable.from([])
  await expect(take(files, source, announced === undefined ? {} : { announced })).rejects.toMatchObject({
    reason,
  })
})

test('a store that fails is told apart from a connection that breaks off', async () => {
  const fault = new Error('The object store cannot be reached')
  const endless = () => {
    const source = new PassThrough()
    source.write(randomBytes(500))
    return source
  }
  await expect(take(storeOf({ fault }).files, endless())).rejects.toBe(fault)

  const broken = endless()
  setTimeout(() => broken.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })), 20)
  await expect(take(storeOf().files, broken)).rejects.toMatchObject({ reason: 'invalid_request' })

  const given = new AbortController()
  setTimeout(() => given.abort(), 20)
  await expect(take(storeOf().files, endless(), { signal: given.signal })).rejects.toMatchObject({
    reason: 'invalid_request',
  })
})
