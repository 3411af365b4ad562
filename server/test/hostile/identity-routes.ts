import { randomBytes } from 'node:crypto'
import { connectIdentity } from '../../src/areas/accounts/identities/connect-identity.ts'
import { profiles } from '../../src/areas/accounts/table.ts'
import { memberships, workspaces } from '../../src/areas/workspaces/table.ts'
import { makeId } from '../../src/crypto/token.ts'
import { Authenticator } from '../authenticator.ts'
import { aBrowser, codeFor, cookiesOf } from '../browser.ts'
import { aPasskey, aTotp, passkeyOptions, passPassword, totpOf } from '../factors.ts'
import { aPerson, aStranger, type Caller, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { assertionFields, registrationFields } from './credentials.ts'
import { type Base, type HostileRoute, manage, session, small } from './row.ts'
import {
  choice,
  email,
  flag,
  type HostileValues,
  password,
  poison,
  RefusedWith,
  segment,
  sixDigits,
  text,
  textInQuery,
  wordInQuery,
} from './values.ts'

const factorBodyBytesMax = 64 * 1024

const personal = async (house: TestHouse): Promise<Base> => ({ call: (await aPerson(house)).call })

/** Somebody with a second address that waits for its code. */
const addingEmail = async (house: TestHouse) => {
  const { call } = await aPerson(house)
  const address = `second-${randomBytes(5).toString('hex')}@example.com`
  const { id } = (await call('POST', '/api/settings/emails', { email: address })).json().email
  return { call, params: { id }, body: { code: codeFor(house, address) } }
}

const withSecondEmail = async (house: TestHouse): Promise<Base> => {
  const { call, params, body } = await addingEmail(house)
  await call('POST', `/api/settings/emails/${params.id}/verify`, body)
  return { call, params }
}

const withPasskey = async (house: TestHouse) => {
  const { call } = await aPerson(house)
  const passkey = await aPasskey({ call })
  return { call, passkey, params: { id: passkey.id } }
}

/** A browser that has shown a password and waits for the second factor, and everything that would prove that. */
const waiting = async (house: TestHouse) => {
  const person = await aPerson(house)
  const totp = await aTotp(house, person)
  const passkey = await aPasskey(person)
  const { call } = aBrowser(house)
  await passPassword(person, { call, cookies: () => '' })
  return { call, totp, passkey }
}

const withIdentity = async (house: TestHouse): Promise<Base> => {
  const { call, userId } = await aPerson(house)
  const details = { subject: randomBytes(8).toString('hex'), email: null }
  await connectIdentity(house, house.cells.get('us-1'), { userId }, 'google', details, house.clock.now())
  return { call, params: { provider: 'google' } }
}

/** Somebody who comes back from a provider, and what the browser and the address say then. */
const returning = async (house: TestHouse) => {
  const begun = await aStranger(house)('GET', '/api/auth/oauth/google')
  const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? ''
  const given = { code: randomBytes(8).toString('hex'), state, iss: 'https://provider.example' }
  return { headers: { cookie: cookiesOf(begun).pairs }, params: { provider: 'google' }, given }
}

/** A team that the person owns. */
const aTeam = async (house: TestHouse, { userId }: Person): Promise<string> => {
  const at = house.clock.now()
  const id = `team_${makeId(at)}`
  const username = `team-${randomBytes(5).toString('hex')}`
  const { directory } = house
  const claim = await directory.reserve(
    [directory.guessable('username', username)],
    { cellId: 'us-1', subjectId: id },
    at,
  )
  if ('taken' in claim) throw new Error('This team exists')
  const { db } = house.cells.get('us-1')
  await db.insert(profiles).values({ id, username, displayName: 'Team', createdAt: at })
  await db.insert(workspaces).values({ id, accountType: 'team', createdAt: at })
  await db.insert(memberships).values({ workspaceId: id, userId, role: 'owner', joinedAt: at })
  await directory.confirm(claim)
  return username
}

const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A form with one file in it, as a browser writes it. */
export const pictureForm = (boundary: string, bytes: Buffer = picture): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="me.png"\r\ncontent-type: image/png\r\n\r\n`,
    ),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])

/** Sends the picture whatever body it is given. */
const sendsPicture =
  (call: Caller): Caller =>
  (method, address, _body, headers) =>
    call(method, address, pictureForm('x'), { ...headers, 'content-type': 'multipart/form-data; boundary=x' })

const withPicture = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  const { downloadUrl } = (await sendsPicture(call)('POST', '/api/settings/icon')).json()
  const file = new URL(downloadUrl).pathname.split('/').at(-1) ?? ''
  return { call, query, params: { username: person.username, file } }
}

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

const paths: HostileValues = {
  ...textInQuery(500, '/home'),
  empty: '',
  'another site': 'https://evil.example/',
  'another site without a scheme': '//evil.example',
  'another site behind a backslash': '/\\evil.example',
  'a script': 'javascript:alert(1)',
  'a line feed': '/home\r\nset-cookie: a=b',
  'a tab before another slash': '/\t/evil.example',
  'letters beyond ASCII': '/h\u00f6me',
  'no path': 'home',
}

const given: Record<string, HostileValues> = {
  code: textInQuery(4000),
  state: textInQuery(200),
  error: textInQuery(200),
  iss: textInQuery(500),
}

/** The routes by which people get in, and by which they change how. */
export const identityRoutes: HostileRoute[] = [
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
  {
    route: 'GET /api/regions/:region/ping',
    base: async (house) => ({ call: aStranger(house), params: { region: 'eu' } }),
    fields: { path: { region: { ...segment, 'a cell': 'eu-1', capitals: 'EU', nowhere: 'mars' } } },
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

  {
    route: 'GET /api/auth/oauth/:provider',
    base: async (house) => ({
      call: aStranger(house),
      params: { provider: 'google' },
      query: { intent: 'sign-in', next: '/home' },
    }),
    fields: { path: { provider: segment }, query: { intent: wordInQuery('sign-in'), next: paths } },
  },
  {
    route: 'GET /api/auth/oauth/:provider/callback',
    base: async (house) => {
      const { given: query, ...rest } = await returning(house)
      return { call: aStranger(house), query, ...rest }
    },
    takesUnknown: true,
    fields: { path: { provider: segment }, query: given },
  },
  {
    route: 'POST /api/auth/oauth/:provider/callback',
    base: async (house) => {
      const { given: body, params } = await returning(house)
      return { call: aStranger(house), params, body }
    },
    bodyBytesMax: small,
    readsForms: true,
    fields: {
      path: { provider: segment },
      body: {
        code: text({ max: 4000 }),
        state: text({ max: 200 }),
        error: text({ max: 200 }),
        iss: text({ max: 500 }),
      },
    },
  },
  { route: 'GET /api/auth/identities', base: withIdentity, fields: {} },
  {
    route: 'DELETE /api/auth/identities/:provider',
    base: withIdentity,
    fields: { path: { provider: segment } },
  },

  { route: 'GET /api/auth/sessions', base: personal, fields: {} },
  { route: 'DELETE /api/auth/sessions', base: personal, fields: {} },
  {
    route: 'DELETE /api/auth/sessions/:id',
    base: async (house) => {
      const { call } = await aPerson(house)
      const [{ id }] = (await call('GET', '/api/auth/sessions')).json().sessions
      return { call, params: { id } }
    },
    fields: { path: { id: segment } },
  },

  { route: 'GET /api/settings/emails', base: personal, fields: {} },
  {
    route: 'POST /api/settings/emails',
    base: async (house) => ({
      ...(await personal(house)),
      body: { email: `new-${randomBytes(5).toString('hex')}@example.com` },
    }),
    bodyBytesMax: small,
    fields: { body: { email } },
  },
  {
    route: 'POST /api/settings/emails/:id/verify',
    base: addingEmail,
    bodyBytesMax: small,
    fields: { path: { id: segment }, body: { code: sixDigits } },
  },
  {
    route: 'POST /api/settings/emails/:id/resend',
    base: async (house) => {
      const { call, params } = await addingEmail(house)
      house.clock.advance(61)
      return { call, params }
    },
    bodyBytesMax: small,
    fields: { path: { id: segment } },
  },
  {
    route: 'POST /api/settings/emails/:id/primary',
    base: withSecondEmail,
    bodyBytesMax: small,
    fields: { path: { id: segment } },
  },
  {
    route: 'DELETE /api/settings/emails/:id',
    base: withSecondEmail,
    bodyBytesMax: small,
    fields: { path: { id: segment } },
  },

  { route: 'GET /api/settings/preferences', base: personal, fields: {} },
  {
    route: 'PATCH /api/settings/preferences',
    base: async (house) => ({
      ...(await personal(house)),
      body: {
        theme: 'dark',
        earlyAccess: true,
        mail: { trainingComplete: false, deploymentStatus: false, productUpdates: true },
      },
    }),
    takesNoField: true,
    fields: {
      body: {
        theme: choice('dark'),
        earlyAccess: flag,
        mail: {
          null: null,
          text: 'all',
          'a number': 1,
          'a list': [],
          'a mail that cannot be turned off': { billingAlerts: false },
          ...poison,
        },
        'mail.trainingComplete': flag,
        'mail.deploymentStatus': flag,
        'mail.productUpdates': flag,
      },
    },
  },
  {
    route: 'GET /api/users',
    base: async (house) => {
      const { call, username } = await aPerson(house)
      return { call, query: { username } }
    },
    fields: {
      query: {
        username: {
          ...textInQuery(64),
          empty: '',
          'a look-alike': new RefusedWith(404, '\u0430lice-two'),
          'no name': new RefusedWith(404, '../x'),
          'a word of every object': new RefusedWith(404, '__proto__'),
        },
      },
    },
  },
  {
    route: 'PATCH /api/users',
    base: async (house) => {
      const { username } = await aPerson(house)
      return { ...(await personal(house)), body: { username, followed: true } }
    },
    fields: {
      body: {
        username: {
          ...text({ max: 32 }),
          empty: '',
          'a look-alike': new RefusedWith(404, '\u0430lice-two'),
          'no name': new RefusedWith(404, '../x'),
          'a word of every object': new RefusedWith(404, '__proto__'),
        },
        followed: flag,
      },
    },
  },
  {
    route: 'POST /api/settings',
    base: async (house) => {
      const person = await aPerson(house)
      return {
        call: person.call,
        query: { owner: await aTeam(house, person) },
        body: { secondFactorRequired: false },
      }
    },
    takesNoField: true,
    fields: {
      body: {
        secondFactorRequired: { ...flag, 'asked by somebody without one': new RefusedWith(409, true) },
      },
    },
  },
  {
    route: 'POST /api/settings/icon',
    base: async (house) => {
      const { call, query } = await session(house)
      return { call: sendsPicture(call), query }
    },
    readsForms: true,
    fields: { query: manage },
  },
  {
    route: 'DELETE /api/settings/icon',
    base: async (house) => {
      const { call, query } = await withPicture(house)
      return { call, query }
    },
    fields: { query: manage },
  },
  {
    route: 'GET /api/icons/:username/:file',
    base: async (house) => {
      const { params } = await withPicture(house)
      return { call: aStranger(house), params }
    },
    fields: {
      path: {
        username: segment,
        file: {
          ...segment,
          'another picture': `${'f'.repeat(24)}.webp`,
          'another type': `${'f'.repeat(24)}.png`,
        },
      },
    },
  },
]
