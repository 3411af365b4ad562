import { aKey, type Caller } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { type HostileRoute, manage, session, small } from './row.ts'
import { count, flag, type HostileValues, poison, RefusedWith, segment, text } from './values.ts'

/** Moments in a body that are none, or are no moment a key could end at. */
const futureTime: HostileValues = {
  ...text({ max: 40 }),
  empty: '',
  text: 'never',
  'the past': '2020-01-01T00:00:00Z',
  'the year nought': '0000-01-01T00:00:00Z',
  'a date alone': '2030-01-01',
  'no zone': '2030-01-01T00:00:00',
  'an epoch': 1_900_000_000,
  'an epoch as text': '1900000000',
  'the 30th of February': '2030-02-30T00:00:00Z',
  'a 25th hour': '2030-01-01T25:00:00Z',
  'a year of six digits': '+275760-09-13T00:00:00Z',
  'a time that its offset takes after the last year': '9999-12-31T23:59:59-23:59',
  'an offset of no place': '2030-01-01T00:00:00+99:99',
  'full-width digits': '\uff12\uff10\uff13\uff10-01-01T00:00:00Z',
  'a line feed at the end': '2030-01-01T00:00:00Z\n',
}

const addresses: HostileValues = {
  text: '203.0.113.7',
  'a number': 1,
  'an object': { 0: '203.0.113.7', length: 1 },
  'one too many': Array.from({ length: 51 }, (_, n) => `203.0.113.${n}`),
  'a list in the list': [['203.0.113.7']],
  ...poison,
}

const address: HostileValues = {
  ...text({ max: 64 }),
  empty: '',
  'a name': 'localhost',
  anywhere: '*',
  'three numbers': '203.0.113',
  'leading noughts': '010.0.0.1',
  hexadecimal: '0x7f.0.0.1',
  'one number': '2130706433',
  'a number too large': '256.0.0.1',
  'full-width digits': '\uff11.\uff12.\uff13.\uff14',
  'a port': '203.0.113.7:80',
  brackets: '[2001:db8::1]',
  'a zone': 'fe80::1%eth0',
  'two shortenings': '2001::db8::1',
  'what a URL would forgive': '::1]:80/x?[',
  'a prefix too long': '10.0.0.0/33',
  'a prefix too long for six': '2001:db8::/129',
  'a prefix of nothing': '10.0.0.0/',
  'a prefix below zero': '10.0.0.0/-1',
  'a prefix in parts': '::1/6.5',
  'a prefix as a power': '::1/1e1',
  'two prefixes': '10.0.0.0/8/8',
  'a mask': '10.0.0.0/255.0.0.0',
  'a range in words': '10.0.0.1-10.0.0.9',
  'a space before': ' 203.0.113.7',
  'a line feed at the end': '203.0.113.7\n',
}

const name: HostileValues = { ...text({ max: 100 }), empty: '', spaces: ' \u3000 ' }

/** A key of somebody in their own workspace, which the query names. */
const withKey = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  return { call: call as Caller, query, params: { keyId: (await aKey(house, person)).keyId } }
}

const onKey = { path: { keyId: segment }, query: manage }
const in2030 = '2030-01-01T00:00:00Z'

/** The routes and fields by which keys are limited, rotated and looked into. */
export const keyRoutes: HostileRoute[] = [
  {
    route: 'POST /api/api-keys',
    base: async (house) => ({
      ...(await session(house)),
      body: { expiresAt: in2030, showOnce: true, allowedAddresses: ['127.0.0.1'] },
    }),
    takesNoField: true,
    bodyBytesMax: small,
    fields: {
      body: {
        expiresAt: { ...futureTime, null: null },
        showOnce: flag,
        allowedAddresses: { ...addresses, null: null },
        'allowedAddresses[]': address,
      },
    },
  },
  {
    route: 'PATCH /api/api-keys/:keyId',
    base: async (house) => ({
      ...(await withKey(house)),
      body: { name: 'Renamed', paused: true, expiresAt: in2030, allowedAddresses: ['2001:db8::/32'] },
    }),
    takesNoField: true,
    bodyBytesMax: small,
    fields: {
      ...onKey,
      body: {
        name,
        paused: flag,
        expiresAt: withoutNull(futureTime),
        allowedAddresses: { ...addresses, null: null },
        'allowedAddresses[]': address,
      },
    },
  },
  {
    route: 'POST /api/api-keys/:keyId/rotate',
    base: async (house) => ({ ...(await withKey(house)), body: { overlapHours: 1 } }),
    takesNoField: true,
    bodyBytesMax: small,
    fields: { ...onKey, body: { overlapHours: { ...count({}), 'one too many': 721 } } },
  },
  {
    route: 'GET /api/api-keys/:keyId/uses',
    base: withKey,
    fields: {
      ...onKey,
      path: { keyId: { ...segment, 'none of ours': new RefusedWith(404, 'f'.repeat(24)) } },
    },
  },
]

/** Of a key that is there, nothing means that it never ends by itself. */
function withoutNull({ null: _null, ...values }: HostileValues): HostileValues {
  return values
}
