import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byteRangeOf } from './byte-range.ts'
import { isComplete, partCountOf, partOf, receivedOf } from './parts.ts'

const sized = fc
  .record({
    totalBytes: fc.integer({ min: 1, max: 2 ** 40 }),
    partBytes: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  .filter(({ totalBytes, partBytes }) => totalBytes / partBytes < 100)

test('the parts of a file follow one another from its first byte to its last', () => {
  fc.assert(
    fc.property(sized, (file) => {
      let reached = 0
      for (let number = 0; number < partCountOf(file); number++) {
        const end = Math.min(reached + file.partBytes, file.totalBytes)
        const isWhole = file.totalBytes <= file.partBytes
        expect(partOf(`bytes ${reached}-${end - 1}/${file.totalBytes}`, file)).toEqual({
          number,
          start: reached,
          end,
          isWhole,
        })
        reached = end
      }
      expect(reached).toBe(file.totalBytes)
    }),
  )
})

test.each([
  'bytes 0-8/25',
  'bytes 0-10/25',
  'bytes 1-10/25',
  'bytes 10-24/25',
  'bytes 0-24/25',
  'bytes 20-29/25',
  'bytes 30-34/25',
  'bytes 0-9/26',
  'bytes 0-9/*',
  'bytes 9-0/25',
  'bytes=0-9/25',
  'bytes -0-9/25',
  'bytes 0-9/25, bytes 10-19/25',
  'bytes 00000000000000000-9/25',
  'items 0-9/25',
  '',
])('%j names no part of 25 bytes in parts of 10', (header) => {
  expect(partOf(header, { totalBytes: 25, partBytes: 10 })).toBeUndefined()
})

test('what is held is told as runs, and complete is when nothing is missing', () => {
  fc.assert(
    fc.property(fc.subarray([0, 1, 2, 3, 4, 5, 6]), (numbers) => {
      const file = { totalBytes: 65, partBytes: 10 }
      const held = numbers.map((number) => ({ number, sizeBytes: number === 6 ? 5 : 10 }))
      const { received, receivedBytes } = receivedOf(held, file)
      const told = received.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, n) => from + n),
      )
      expect(told).toEqual(numbers)
      expect(
        received.every(({ from }, index) => index === 0 || from > (received[index - 1]?.to ?? 0) + 1),
      ).toBe(true)
      expect(receivedBytes).toBe(held.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0))
      expect(isComplete(held, file.totalBytes)).toBe(numbers.length === 7)
    }),
  )
  const whole = [{ number: 0, sizeBytes: 65 }]
  expect(receivedOf(whole, { totalBytes: 65, partBytes: 10 }).received).toEqual([{ from: 0, to: 6 }])
  expect(isComplete(whole, 65)).toBe(true)
  expect(isComplete([{ number: 1, sizeBytes: 65 }], 65)).toBe(false)
  expect(isComplete([], 65)).toBe(false)
})

describe('a range of a file of 100 bytes', () => {
  test.each([
    ['bytes=0-9', { start: 0, end: 10 }],
    ['bytes=90-', { start: 90, end: 100 }],
    ['bytes=-10', { start: 90, end: 100 }],
    ['bytes=-1000', { start: 0, end: 100 }],
    ['bytes=95-2000', { start: 95, end: 100 }],
    [undefined, undefined],
    ['bytes=-', undefined],
    ['bytes=9-3', undefined],
    ['bytes=0-1,4-5', undefined],
    ['items=0-1', undefined],
  ])('%j is %j', (header, range) => {
    expect(byteRangeOf(header, 100)).toEqual(range)
  })

  test.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('%j cannot be had', (header) => {
    expect(() => byteRangeOf(header, 100)).toThrow('no such range')
  })
})
