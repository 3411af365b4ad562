import { Authenticator } from '../authenticator.ts'
import { aTotp, passkeyOptions, totpOf } from '../factors.ts'
import { aPerson, aStranger } from '../people.ts'
import { assertionFields, registrationFields } from './credentials.ts'
import { personal, waiting, withPasskey } from './identity-bases.ts'
import { type HostileRoute, small } from './row.ts'
import { type HostileValues, password, segment, sixDigits, text } from './values.ts'

const factorBodyBytesMax = 64 * 1024

const passkeyName: HostileValues = { ...text({ max: 60 }), empty: '', spaces: ' \u3000 ' }

const recoveryCode: HostileValues = {
  ...text({ max: 11 }),
  empty: '',
  'nine letters': 'abcde-fghi',
  'digits of another alphabet': 'abcd0-fghi1',
  'two hyphens': 'abcde--fghij',
  'a hyphen elsewhere': 'abcd-efghij',
  'full-width letters': '\uff41bcde-fghij',
  'a long s': 'ab\u017fde-fghij',
}

/** The routes of passwords and second factors. */
export const factorRoutes: HostileRoute[] = [
  {
    route: 'POST /api/auth/password',
    base: async (house) => {
      const { call, password: currentPassword } = await aPerson(house)
      return { call, body: { currentPassword, newPassword: 'another long password' } }
    },
    bodyBytesMax: small,
    fields: {
      body: {
        currentPassword: { ...text({ max: 1024 }), empty: '', 'another one': 'not my password' },
        newPassword: { ...password, 'one that is guessed first': 'qwertyuiop' },
      },
    },
  },
  { route: 'GET /api/auth/factors', base: personal, fields: {} },
  { route: 'POST /api/auth/factors/totp', base: personal, bodyBytesMax: factorBodyBytesMax, fields: {} },
  {
    route: 'POST /api/auth/factors/totp/confirm',
    base: async (house) => {
      const { call } = await aPerson(house)
      const { secret } = (await call('POST', '/api/auth/factors/totp')).json()
      return { call, body: { code: await totpOf(house, secret)() } }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: { body: { code: sixDigits } },
  },
  {
    route: 'DELETE /api/auth/factors/totp',
    base: async (house) => {
      const person = await aPerson(house)
      await aTotp(house, person)
      return { call: person.call }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: {},
  },
  {
    route: 'POST /api/auth/factors/passkeys/options',
    base: personal,
    bodyBytesMax: factorBodyBytesMax,
    fields: {},
  },
  {
    route: 'POST /api/auth/factors/passkeys',
    base: async (house) => {
      const { call } = await aPerson(house)
      const credential = new Authenticator().create(await passkeyOptions(call))
      return { call, body: { name: 'Laptop', credential } }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: { body: { name: passkeyName, ...registrationFields } },
  },
  {
    route: 'PATCH /api/auth/factors/passkeys/:id',
    base: async (house) => ({ ...(await withPasskey(house)), body: { name: 'Phone' } }),
    bodyBytesMax: factorBodyBytesMax,
    fields: { path: { id: segment }, body: { name: passkeyName } },
  },
  {
    route: 'DELETE /api/auth/factors/passkeys/:id',
    base: withPasskey,
    bodyBytesMax: factorBodyBytesMax,
    fields: { path: { id: segment } },
  },
  {
    route: 'POST /api/auth/factors/recovery-codes',
    base: withPasskey,
    bodyBytesMax: factorBodyBytesMax,
    fields: {},
  },
  { route: 'GET /api/auth/factors/pending', base: waiting, fields: {} },
  {
    route: 'POST /api/auth/factors/passkeys/challenge',
    base: async (house) => ({ call: aStranger(house) }),
    bodyBytesMax: factorBodyBytesMax,
    fields: {},
  },
  {
    route: 'POST /api/auth/factors/passkeys/sign-in',
    base: async (house) => {
      const { passkey } = await withPasskey(house)
      return { call: aStranger(house), body: { credential: await passkey.assert() } }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: { body: assertionFields() },
  },
  {
    route: 'POST /api/auth/factors/verify',
    base: async (house) => {
      const { call, totp } = await waiting(house)
      return { call, body: { code: await totp.code() } }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: { body: { code: sixDigits, recoveryCode: { 'beside a code': 'abcde-fghij' } } },
  },
  {
    route: 'POST /api/auth/factors/verify',
    base: async (house) => {
      const { call, totp } = await waiting(house)
      return { call, body: { recoveryCode: totp.recoveryCodes[0] } }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: { body: { recoveryCode } },
  },
  {
    route: 'POST /api/auth/factors/verify',
    base: async (house) => {
      const { call, passkey } = await waiting(house)
      return { call, body: { credential: await passkey.assert() } }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: { body: assertionFields({ isCounted: true }) },
  },
  {
    route: 'POST /api/auth/reauthenticate',
    base: async (house) => {
      const person = await aPerson(house)
      const totp = await aTotp(house, person)
      return { call: person.call, body: { password: person.password, code: await totp.code() } }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: {
      body: {
        password: { ...text({ max: 1024 }), empty: '', 'another one': 'not my password' },
        code: sixDigits,
      },
    },
  },
  {
    route: 'POST /api/auth/reauthenticate',
    base: async (house) => {
      const { call, passkey } = await withPasskey(house)
      return { call, body: { credential: await passkey.assert() } }
    },
    bodyBytesMax: factorBodyBytesMax,
    fields: { body: assertionFields({ isCounted: true }) },
  },
]
