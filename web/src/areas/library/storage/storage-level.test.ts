import { expect, test } from 'vitest'
import { levelOf } from './storage-level.ts'

test('storage is roomy below 70 percent, filling below 90, and full from there on', () => {
  expect([0, 69.9, 70, 89.9, 90, 130].map(levelOf)).toEqual([
    'roomy',
    'roomy',
    'filling',
    'filling',
    'full',
    'full',
  ])
})
