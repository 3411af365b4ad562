import { expect, test } from 'vitest'
import { labelBytesOf, parseLabels, taskFirst } from './labels.ts'
import { limits } from './limits.ts'

test('labels of the task come first, whatever order they were kept in', () => {
  const kept = { obb: [[0]], pose: [[1]], boxes: [[2]], segments: [[3]] }
  expect(Object.keys(taskFirst(kept, 'segment'))).toEqual(['segments', 'obb', 'pose', 'boxes'])
  expect(Object.keys(taskFirst(kept, 'detect'))[0]).toBe('boxes')
  expect(taskFirst(kept, 'depth')).toEqual(kept)
  expect(taskFirst({}, 'detect')).toEqual({})
})

test('labels of an image beyond what it holds are counted and left out', () => {
  const plan = {
    task: 'detect',
    classNames: ['a'],
    names: ['a'],
    classes: [0],
    kptShape: null,
    isUnnamed: false,
  }
  const lines = 15_000
  const { annotations, badLines } = parseLabels('0 0.123456 0.123456 0.123456 0.123456\n'.repeat(lines), plan)
  const kept = annotations.boxes as number[][]
  expect(kept.length).toBeGreaterThan(5000)
  expect(kept.length + badLines).toBe(lines)
  expect(labelBytesOf(annotations)).toBeLessThanOrEqual(limits.annotationBytesMax + 20)
  expect(labelBytesOf({})).toBe(0)
})
