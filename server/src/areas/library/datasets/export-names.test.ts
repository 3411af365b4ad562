import { expect, test } from 'vitest'
import { exportedNames } from './export-names.ts'

test('names of classes lead nowhere, and are told apart', () => {
  const names = {
    '0': '../../home/x',
    '1': 'a/b',
    '2': 'a\\b',
    '3': 'a_b',
    '4': '..',
    '5': '.ssh',
    '6': 'big cat',
  }
  const exported = exportedNames(names)
  expect(exported).toEqual({
    '0': '__.._home_x',
    '1': 'a_b_1',
    '2': 'a_b_2',
    '3': 'a_b',
    '4': '_',
    '5': '_ssh',
    '6': 'big cat',
  })
  expect(new Set(Object.values(exported)).size).toBe(7)
})
