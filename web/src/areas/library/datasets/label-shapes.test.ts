import { expect, test } from 'vitest'
import { colorOfClass, countClasses, nameOfClass, nameplateOf, shapesOf } from './label-shapes.ts'

const size = { width: 200, height: 100 }

test('a box is told by its middle and its sides, and drawn by its corners', () => {
  expect(shapesOf({ boxes: [[3, 0.5, 0.5, 0.5, 0.2]] }, size, undefined)).toEqual([
    {
      classId: 3,
      outline: [
        [50, 40],
        [150, 40],
        [150, 60],
        [50, 60],
      ],
      points: [],
    },
  ])
})

test('a box that reaches beyond the image ends at its edge', () => {
  const [shape] = shapesOf({ boxes: [[0, 0.0625, 0.5, 0.25, 2]] }, size, undefined)
  expect(shape?.outline).toEqual([
    [0, 0],
    [37.5, 0],
    [37.5, 100],
    [0, 100],
  ])
})

test('outlines and turned boxes are drawn through their corners', () => {
  const annotations = { segments: [[1, 0, 0, 1, 0, 0.5, 1]], obb: [[2, 0, 0, 1, 0, 1, 1, 0, 1]] }
  expect(shapesOf(annotations, size, undefined).map(({ outline }) => outline)).toEqual([
    [
      [0, 0],
      [200, 0],
      [100, 100],
    ],
    [
      [0, 0],
      [200, 0],
      [200, 100],
      [0, 100],
    ],
  ])
})

test('points of a pose that are not there are left out, and covered ones told apart', () => {
  const box = [0.5, 0.5, 1, 1]
  const [triple] = shapesOf({ pose: [[0, ...box, 0.1, 0.1, 2, 0.5, 0.5, 1, 0, 0, 0]] }, size, [3, 3])
  expect(triple?.points).toEqual([
    { at: [20, 10], isHidden: false },
    { at: [100, 50], isHidden: true },
  ])
  const [pair] = shapesOf({ pose: [[0, ...box, 0.1, 0.1, 0, 0]] }, size, [2, 2])
  expect(pair?.points).toEqual([{ at: [20, 10], isHidden: false }])
})

test('what is no shape is passed over', () => {
  const annotations = {
    classification: [4],
    boxes: [[], [1], [1, 0.5], [1, 0.1, 0.1, 0.1, Number.NaN], 'box', [0, 1, 2, 3, 4, 5]],
    depth: 'far',
  }
  expect(shapesOf(annotations, size, undefined)).toEqual([])
})

test('classes are counted over all kinds, those of whole images too', () => {
  expect(countClasses({ boxes: [[2, 0, 0, 1, 1], [1, 0, 0, 1, 1], [2]], classification: [1, 5, 2] })).toEqual(
    [
      { classId: 2, count: 3 },
      { classId: 1, count: 2 },
      { classId: 5, count: 1 },
    ],
  )
})

test('a name stands at the topmost corner, inside the image', () => {
  const [shape] = shapesOf({ obb: [[0, 0.5, 0.1, 0.9, 0.5, 0.5, 0.9, 0.1, 0.5]] }, size, undefined)
  expect(shape && nameplateOf(shape, size)).toEqual([0.5, 0.1])
})

test('a class without a name goes by its number, and classes differ in colour', () => {
  expect([nameOfClass(['cat'], 0), nameOfClass(['cat'], 7)]).toEqual(['cat', 'Class 7'])
  expect(new Set(Array.from({ length: 50 }, (_, id) => colorOfClass(id))).size).toBe(50)
})
