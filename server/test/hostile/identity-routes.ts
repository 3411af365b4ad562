import { randomBytes } from 'node:crypto'
import { aPerson, aStranger } from '../people.ts'
import { factorRoutes } from './factor-routes.ts'
import {
  addingEmail,
  aTeam,
  personal,
  returning,
  sendsPicture,
  withIdentity,
  withPicture,
  withSecondEmail,
} from './identity-bases.ts'
import { type HostileRoute, manage, session, small } from './row.ts'
import {
  choice,
  email,
  flag,
  type HostileValues,
  poison,
  RefusedWith,
  segment,
  sixDigits,
  text,
  textInQuery,
  wordInQuery,
} from './values.ts'

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

/** The routes by which people get in, and by which they change how and as whom. */
export const identityRoutes: HostileRoute[] = [
  ...factorRoutes,
  {
    route: 'GET /api/regions/:region/ping',
    base: async (house) => ({ call: aStranger(house), params: { region: 'eu' } }),
    fields: { path: { region: { ...segment, 'a cell': 'eu-1', capitals: 'EU', nowhere: 'mars' } } },
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
