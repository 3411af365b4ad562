import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sha256 } from './sha256.ts'

const known = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

test('bytes in pieces of any size hash to what they hash to whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), async (pieces) => {
      const hash = new Sha256()
      for (const piece of pieces) hash.update(piece)
      expect(hash.digest()).toBe(await known(Uint8Array.from(pieces.flatMap((piece) => [...piece]))))
    }),
  )
})

test('every length around the edges of a block is padded right', async () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(length).fill(length)
    expect(new Sha256().update(bytes).digest(), String(length)).toBe(await known(bytes))
  }
})

test('a file of more than 512 MB says its length in both words', () => {
  const piece = new Uint8Array(2 ** 20).fill(7)
  const hash = new Sha256()
  for (let n = 0; n < 513; n++) hash.update(piece)
  // As sha256sum says it of 513 MiB of sevens.
  expect(hash.digest()).toBe('a8c7bb0d00250ce341ec19a41d8603a4fd20d14fdbce3d2cb2c71a927b7968c9')
}, 60_000)
