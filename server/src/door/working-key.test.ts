import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createApiKey } from '#contract/api-keys.ts'
import { Refusal } from './refusal.ts'
import { isAddressIn, isExpired, requireWorking } from './working-key.ts'

const end = new Date('2026-03-02T10:00:00.000Z')

test.each([
  ['a second before', -1000, false],
  ['a thousandth before', -1, false],
  ['at that moment', 0, true],
  ['a second later', 1000, true],
] as const)('a key that ends at ten o’clock is asked %s: ended %s', (_when, ms, ended) => {
  expect(isExpired({ expiresAt: end }, new Date(end.getTime() + ms))).toBe(ended)
})

test('a key without an end never ends', () => {
  expect(isExpired({ expiresAt: null }, new Date('9999-12-31T00:00:00Z'))).toBe(false)
})

test.each([
  [['203.0.113.7'], '203.0.113.7', true],
  [['203.0.113.7'], '203.0.113.8', false],
  [['10.0.0.0/8'], '10.255.255.255', true],
  [['10.0.0.0/8'], '11.0.0.0', false],
  [['10.1.2.3/8'], '10.9.9.9', true],
  [['192.0.2.0/31'], '192.0.2.1', true],
  [['192.0.2.0/31'], '192.0.2.2', false],
  [['192.0.2.1/32'], '192.0.2.1', true],
  [['0.0.0.0/0'], '198.51.100.1', true],
  [['2001:db8::1'], '2001:db8::1', true],
  [['2001:db8::1'], '2001:0DB8:0:0:0:0:0:1', true],
  [['2001:db8::1'], '2001:db8::2', false],
  [['2001:db8::/32'], '2001:db8:ffff::9', true],
  [['2001:db8::/32'], '2001:db9::', false],
  [['::1/128'], '::1', true],
  // An IPv4 address on an IPv6 socket, and the same in the list.
  [['203.0.113.7'], '::ffff:203.0.113.7', true],
  [['203.0.113.7'], '::FFFF:203.0.113.7', true],
  [['203.0.113.7'], '::ffff:cb00:7107', true],
  [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
  [['10.0.0.0/8'], '::ffff:11.1.2.3', false],
  [['::ffff:203.0.113.7'], '203.0.113.7', true],
  [['::ffff:203.0.113.7'], '::ffff:203.0.113.7', true],
  [['::ffff:203.0.113.0/120'], '203.0.113.200', true],
  [['::ffff:203.0.113.0/120'], '203.0.114.1', false],
  // Neither family lets the other in.
  [['0.0.0.0/0'], '2001:db8::1', false],
  [['::/0'], '2001:db8::1', true],
  [['2001:db8::1', '10.0.0.0/8'], '10.0.0.1', true],
  [[], '203.0.113.7', false],
  // What is no address is in no list.
  [['0.0.0.0/0', '::/0'], '', false],
  [['0.0.0.0/0', '::/0'], 'unix:/run/socket', false],
  [['0.0.0.0/0', '::/0'], '203.0.113', false],
  [['0.0.0.0/0', '::/0'], '203.0.113.7, 198.51.100.1', false],
] as const)('of %j %s is one: %s', (list, ip, isIn) => {
  expect(isAddressIn(list, ip)).toBe(isIn)
})

const v4 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 0xff).join('.')
const v6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })
const groups = (n: bigint) => {
  const hex = n.toString(16).padStart(32, '0')
  return (hex.match(/.{4}/g) ?? []).join(':')
}
const isMapped = (n: bigint) => n >> 32n === 0xffffn

/** The same by arithmetic: the first `prefix` of `bits` are alike. */
const isAlike = (a: bigint, b: bigint, prefix: number, bits: number) =>
  a >> BigInt(bits - prefix) === b >> BigInt(bits - prefix)

test('an IPv4 address is in a range exactly when their first bits are alike, however it is written', () => {
  fc.assert(
    fc.property(v4, v4, fc.integer({ min: 0, max: 32 }), fc.boolean(), (base, other, prefix, isNear) => {
      // Mostly near, or hardly any would be in one.
      const address = isNear ? (base ^ (other & 0xff)) >>> 0 : other
      const expected = isAlike(BigInt(base), BigInt(address), prefix, 32)
      const list = [`${dotted(base)}/${prefix}`]
      expect(isAddressIn(list, dotted(address))).toBe(expected)
      expect(isAddressIn(list, `::ffff:${dotted(address)}`)).toBe(expected)
      expect(isAddressIn([dotted(base)], dotted(address))).toBe(base === address)
    }),
    { numRuns: 500 },
  )
})

test('an IPv6 address is in a range exactly when their first bits are alike', () => {
  fc.assert(
    fc.property(v6, v6, fc.integer({ min: 0, max: 128 }), fc.boolean(), (base, other, prefix, isNear) => {
      const address = isNear ? base ^ (other & 0xffffn) : other
      fc.pre(!isMapped(address) && !isMapped(base))
      const expected = isAlike(base, address, prefix, 128)
      expect(isAddressIn([`${groups(base)}/${prefix}`], groups(address))).toBe(expected)
    }),
    { numRuns: 500 },
  )
})

test('more entries never shut anybody out, and their order says nothing', () => {
  const entry = fc.oneof(
    v4.map(dotted),
    fc.tuple(v4, fc.nat(32)).map(([base, prefix]) => `${dotted(base)}/${prefix}`),
    v6.map(groups),
    fc.tuple(v6, fc.nat(128)).map(([base, prefix]) => `${groups(base)}/${prefix}`),
  )
  const address = fc.oneof(v4.map(dotted), v6.map(groups))
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), entry, address, (list, more, ip) => {
      const isIn = isAddressIn(list, ip)
      expect(isAddressIn(list.toReversed(), ip)).toBe(isIn)
      if (isIn) expect(isAddressIn([...list, more], ip)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('whatever list a key may be given, looking into it is never a fault', () => {
  const body = createApiKey.body
  const strange = fc.oneof(
    fc.constantFrom(
      '::1/6.5',
      '::/0.5',
      '10.0.0.0/08',
      '::1/064',
      '::ffff:1.2.3.4/97',
      '0.0.0.0/0',
      '::/0',
      '::1/1e1',
      '1.2.3.4/',
      'fe80::1%eth0',
      '::1\n',
    ),
    fc
      .tuple(fc.oneof(v4.map(dotted), v6.map(groups)), fc.oneof(fc.double(), fc.integer()).map(String))
      .map(([base, prefix]) => `${base}/${prefix}`),
    fc.stringMatching(/^[0-9a-f:.]{1,20}(?:\/[0-9.]{1,4})?$/),
  )
  fc.assert(
    fc.property(strange, fc.oneof(v4.map(dotted), v6.map(groups)), (entry, ip) => {
      if (!body?.safeParse({ allowedAddresses: [entry] }).success) return
      expect(() => isAddressIn([entry], ip), entry).not.toThrow()
    }),
    { numRuns: 2000 },
  )
})

const refusalOf = (key: Parameters<typeof requireWorking>[0], ip: string): Refusal => {
  try {
    requireWorking(key, ip)
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal
  }
  throw new Error('It was not refused')
}

test('a paused key is refused with 403, for it may work again', () => {
  const refusal = refusalOf({ pausedAt: end, allowedAddresses: null }, '127.0.0.1')
  expect([refusal.status, refusal.reason]).toEqual([403, 'api_key_paused'])
})

test('a key used from elsewhere is refused with 403, and told from where it was', () => {
  const refusal = refusalOf({ pausedAt: null, allowedAddresses: ['10.0.0.0/8'] }, '::ffff:203.0.113.7')
  expect([refusal.status, refusal.reason]).toEqual([403, 'address_not_allowed'])
  expect(refusal.detail.hint).toContain('came from 203.0.113.7,')
})

test('a key that is neither is let through', () => {
  requireWorking({ pausedAt: null, allowedAddresses: null }, 'anywhere')
  requireWorking({ pausedAt: null, allowedAddresses: ['10.0.0.0/8'] }, '10.0.0.1')
})
