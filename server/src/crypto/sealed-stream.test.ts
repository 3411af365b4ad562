import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeDataKey } from './seal.ts'
import { excerptOf, openExcerpt, openStream, sealStream } from './sealed-stream.ts'

const key = makeDataKey()
const headBytes = 33
const segmentBytes = 64 * 1024
const sealedSegmentBytes = segmentBytes + 16

/** Lets `bytes` flow in pieces of the given sizes, used in turn. */
const flow = (bytes: Buffer, sizes: readonly number[]): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const end = at + sizes[turn % sizes.length]!
        yield bytes.subarray(at, end)
        at = end
      }
    })(),
    { objectMode: false },
  )

const whole = [1 << 30]
const seal = (bytes: Buffer, sizes: readonly number[] = whole) =>
  buffer(flow(bytes, sizes).pipe(sealStream(key, 'file')))
const open = (bytes: Buffer, sizes: readonly number[] = whole, identity = 'file', by = key) =>
  buffer(flow(bytes, sizes).pipe(openStream(by, identity)))

const boundaries = [0, 1, 2].flatMap((segments) =>
  [-1, 0, 1].map((beside) => Math.max(0, segments * segmentBytes + beside)),
)

test.each([...new Set(boundaries), 1000, 200_001])(
  'a file of %i bytes comes back as it was',
  async (size) => {
    const plain = randomBytes(size)
    expect((await open(await seal(plain))).equals(plain)).toBe(true)
  },
)

test('in what pieces the bytes arrive makes no difference', async () => {
  const sizes = fc.array(fc.integer({ min: 500, max: 100_000 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 150_000 }), sizes, sizes, async (size, inward, outward) => {
      const plain = randomBytes(size)
      expect((await open(await seal(plain, inward), outward)).equals(plain)).toBe(true)
    }),
    { numRuns: 30 },
  )
  const plain = randomBytes(300)
  expect((await open(await seal(plain, [1]), [1])).equals(plain)).toBe(true)
})

test('a file cut short anywhere fails, also at the edge of a segment', async () => {
  const sealed = await seal(randomBytes(2 * segmentBytes + 500))
  const cuts = [
    0,
    1,
    headBytes - 1,
    headBytes,
    headBytes + 15,
    headBytes + sealedSegmentBytes,
    headBytes + 2 * sealedSegmentBytes,
    sealed.length - 1,
  ]
  for (const cut of cuts) await expect(open(sealed.subarray(0, cut)), `cut at ${cut}`).rejects.toThrow()
})

test('segments that are swapped, repeated or left out fail', async () => {
  const sealed = await seal(randomBytes(3 * segmentBytes + 500))
  const head = sealed.subarray(0, headBytes)
  const segment = (index: number) =>
    sealed.subarray(headBytes + index * sealedSegmentBytes, headBytes + (index + 1) * sealedSegmentBytes)
  const made = (...order: number[]) => Buffer.concat([head, ...order.map(segment)])
  expect(made(0, 1, 2, 3).equals(sealed)).toBe(true)
  for (const order of [[1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 2, 3], [0, 1, 2], [0, 1, 2, 3, 3], [3]])
    await expect(open(made(...order)), String(order)).rejects.toThrow()
})

test('a changed byte anywhere fails', async () => {
  const sealed = await seal(randomBytes(segmentBytes + 300))
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: sealed.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, flip) => {
        const changed = Buffer.from(sealed)
        changed[at]! ^= flip
        await expect(open(changed)).rejects.toThrow()
      },
    ),
    { numRuns: 60, examples: [[0, 1]] },
  )
})

test('a file moved to another name or another account does not open', async () => {
  const sealed = await seal(randomBytes(100))
  await expect(open(sealed, whole, 'other')).rejects.toThrow()
  await expect(open(sealed, whole, 'file', makeDataKey())).rejects.toThrow()
})

test('segments of two files under one key cannot be mixed', async () => {
  const [one, two] = [await seal(randomBytes(segmentBytes + 9)), await seal(randomBytes(segmentBytes + 9))]
  const mixed = Buffer.concat([
    one.subarray(0, headBytes + sealedSegmentBytes),
    two.subarray(headBytes + sealedSegmentBytes),
  ])
  await expect(open(mixed)).rejects.toThrow()
})

const openPart = async (sealed: Buffer, size: number, start: number, end: number) => {
  const excerpt = excerptOf(size, start, end)
  const part = ({ start: from, end: to }: { start: number; end: number }) => sealed.subarray(from, to)
  const opened = Readable.from([part(excerpt.head), part(excerpt.segments)]).pipe(
    openExcerpt(key, 'file', excerpt),
  )
  return (await buffer(opened)).subarray(excerpt.skipBytes, excerpt.skipBytes + excerpt.plainBytes)
}

test('any stretch opens from the segments that hold it', async () => {
  const size = 3 * segmentBytes + 77
  const plain = randomBytes(size)
  const sealed = await seal(plain)
  const edge = fc.oneof(
    fc.integer({ min: 0, max: size }),
    fc.constantFrom(0, segmentBytes, 2 * segmentBytes, size),
  )
  await fc.assert(
    fc.asyncProperty(edge, edge, async (a, b) => {
      fc.pre(a !== b)
      const [start, end] = [Math.min(a, b), Math.max(a, b)]
      expect((await openPart(sealed, size, start, end)).equals(plain.subarray(start, end))).toBe(true)
    }),
    { numRuns: 60 },
  )
  expect(
    (await openPart(await seal(plain.subarray(0, segmentBytes)), segmentBytes, 5, 9)).equals(
      plain.subarray(5, 9),
    ),
  ).toBe(true)
})

test('a stretch of another place, or of a file that was cut, does not open', async () => {
  const size = 3 * segmentBytes
  const sealed = await seal(randomBytes(size))
  const swapped = Buffer.from(sealed)
  sealed.copy(swapped, headBytes, headBytes + sealedSegmentBytes, headBytes + 2 * sealedSegmentBytes)
  await expect(openPart(swapped, size, 0, 10)).rejects.toThrow()
  await expect(openPart(sealed.subarray(0, -1), size, size - 10, size)).rejects.toThrow()
  await expect(openPart(sealed, 2 * segmentBytes, segmentBytes, 2 * segmentBytes)).rejects.toThrow()
})
