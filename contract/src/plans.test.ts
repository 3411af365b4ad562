import { expect, test } from 'vitest'
import { plans } from './plans.ts'

const GiB = 1024 ** 3

test('the limits are those of the price list, and Enterprise has none', () => {
  expect(plans.free).toMatchObject({ modelsMax: 100, storageBytesMax: 100 * GiB })
  expect(plans.pro).toMatchObject({ modelsMax: 500, storageBytesMax: 500 * GiB })
  expect(plans.enterprise).toMatchObject({ modelsMax: null, storageBytesMax: null })
})
