import { expect, test } from 'vitest'
import { addressesProblem, readAddresses } from './allowed-addresses.ts'

test('addresses are read from lines, commas and spaces, each once', () => {
  expect(readAddresses(' 203.0.113.7\n10.0.0.0/8, 2001:db8::/32\n\n203.0.113.7 ')).toEqual([
    '203.0.113.7',
    '10.0.0.0/8',
    '2001:db8::/32',
  ])
  expect(readAddresses('  \n')).toEqual([])
})

test('the one that is no address is named', () => {
  expect(addressesProblem(['203.0.113.7', '10.0.0.0/8', '::1'])).toBeUndefined()
  expect(addressesProblem(['203.0.113.7', '10.0.0'])).toMatch(/^“10\.0\.0” must be an IP address/)
  expect(addressesProblem(['10.0.0.0/40'])).toMatch(/^“10\.0\.0\.0\/40” must/)
  expect(addressesProblem(Array.from({ length: 51 }, (_, at) => `10.0.0.${at}`))).toMatch(
    /^There must be at most 50/,
  )
})
