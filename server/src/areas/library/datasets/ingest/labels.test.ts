import { expect, test } from 'vitest'
import { taskFirst } from './labels.ts'

test('labels of the task come first, whatever order they were kept in', () => {
  const kept = { obb: [[0]], pose: [[1]], boxes: [[2]], segments: [[3]] }
  expect(Object.keys(taskFirst(kept, 'segment'))).toEqual(['segments', 'obb', 'pose', 'boxes'])
  expect(Object.keys(taskFirst(kept, 'detect'))[0]).toBe('boxes')
  expect(taskFirst(kept, 'depth')).toEqual(kept)
  expect(taskFirst({}, 'detect')).toEqual({})
})
