import { expect, test } from 'vitest'
import { planOf } from './plan.ts'

const empty = { task: 'detect', classNames: [], kptShape: null, imageCount: 0 }
const told = { folders: [], hasLabels: true }

test('classes called as what every object has are classes like others', () => {
  const names = ['constructor', 'toString', '__proto__', 'cat']
  expect(planOf(empty, { ...told, names }, { cat: 'dog' })).toMatchObject({
    classNames: ['constructor', 'toString', '__proto__', 'dog'],
    classes: [0, 1, 2, 3],
  })
})

test('names of a file are stored as the contract has them, and those that are none by their number', () => {
  const plan = planOf(empty, { ...told, names: [' cat ', '   ', 'x'.repeat(150), 'cat', 'owl'] }, { '4': '' })
  expect(plan.classNames).toEqual(['cat', 'class_1', 'x'.repeat(100)])
  expect(plan.classes).toEqual([0, 1, 2, 0, -1])
})

test('names of classes that are long together are refused', () => {
  const names = Array.from({ length: 6000 }, (_, index) => `${index}`.padEnd(100, 'x'))
  expect(() => planOf(empty, { ...told, names })).toThrow(/longer than 512 KB together/)
})
