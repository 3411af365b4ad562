import { expect, test } from 'vitest'
import { bytes } from './bytes.ts'

test('a size reads in the unit that fits, and a plan of 100 GB as just that', () => {
  expect(bytes(0)).toBe('0 B')
  expect(bytes(1023)).toBe('1023 B')
  expect(bytes(6.2 * 2 ** 20)).toBe('6.2 MB')
  expect(bytes(107_374_182_400)).toBe('100 GB')
  expect(bytes(107_374_182_399)).toBe('100 GB')
  expect(bytes(2.04 * 2 ** 20)).toBe('2.0 MB')
  expect(bytes(512 * 2 ** 30 + 1)).toBe('512 GB')
  expect(bytes(5000 * 2 ** 40)).toBe('5000 TB')
})
