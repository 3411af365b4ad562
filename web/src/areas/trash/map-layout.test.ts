import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box, layOut } from './map-layout.ts'

const area = ({ width, height }: Box): number => width * height

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top))

test('whatever is shown, boxes have the areas of their sizes, stay inside and never overlap', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 25 })
  fc.assert(
    fc.property(sizes, fc.integer({ min: 100, max: 1200 }), (unsorted, width) => {
      const largestFirst = unsorted.toSorted((a, b) => b - a)
      const boxes = layOut(largestFirst, width, 200)
      const total = largestFirst.reduce((sum, size) => sum + size, 0)
      expect(boxes).toHaveLength(largestFirst.length)
      for (const [index, box] of boxes.entries()) {
        expect(area(box)).toBeCloseTo(((largestFirst[index] ?? 0) / total) * width * 200, 3)
        expect(box.left + box.width).toBeLessThanOrEqual(width + 1e-6)
        expect(box.top + box.height).toBeLessThanOrEqual(200 + 1e-6)
        for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBeLessThan(1e-3)
      }
    }),
  )
})

test('four alike make a square of squares', () => {
  expect(layOut([1, 1, 1, 1], 200, 200)).toEqual([
    { left: 0, top: 0, width: 100, height: 100 },
    { left: 0, top: 100, width: 100, height: 100 },
    { left: 100, top: 0, width: 100, height: 100 },
    { left: 100, top: 100, width: 100, height: 100 },
  ])
})
