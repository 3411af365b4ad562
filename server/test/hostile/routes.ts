import { randomBytes, randomUUID } from 'node:crypto'
import { datasets } from '../../src/areas/library/table.ts'
import { signPath } from '../../src/crypto/signed-url.ts'
import { makeId } from '../../src/crypto/token.ts'
import { addImages } from '../images.ts'
import { aKey, aPerson, aRun, aStranger, type Caller } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { datasetRoutes } from './dataset-routes.ts'
import { identityRoutes } from './identity-routes.ts'
import { keyRoutes } from './key-routes.ts'
import { libraryRoutes } from './library-routes.ts'
import { type Base, type HostileRoute, manage, session, small } from './row.ts'
import { teamRoutes } from './team-routes.ts'
import { trashRoutes } from './trash-routes.ts'
import { uploading, uploadRoutes } from './upload-routes.ts'
import {
  choice,
  count,
  countInQuery,
  email,
  flag,
  type HostileValues,
  idInQuery,
  measure,
  openMap,
  password,
  poison,
  RawJson,
  RefusedWith,
  segment,
  sixDigits,
  text,
  textInQuery,
  timeInQuery,
  twice,
  username,
  wordInQuery,
} from './values.ts'

const mebibyte = 2 ** 20
const optional = true

/** A person whose model was trained and has weights, and what names them. */
const trained = async (house: TestHouse) => {
  const person = await aPerson(house)
  const key = await aKey(house, person)
  const run = await aRun(key)
  const asked = await key.call('POST', '/api/webhooks/models/upload', {
    modelId: run.modelId,
    filename: 'best.pt',
  })
  const { uploadUrl } = asked.json()
  await key.call('PUT', pathOf(uploadUrl), Buffer.from('weights'), {
    'content-type': 'application/octet-stream',
  })
  const { model } = (await person.call('GET', `/api/models/${run.modelId}`)).json()
  return { person, key, run, projectId: model.projectId as string }
}

const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/]+/, '')

const signUpCookie = (reply: Awaited<ReturnType<Caller>>): Record<string, string> => ({
  cookie: `gatehouse_sign_up=${reply.cookies.find(({ name }) => name === 'gatehouse_sign_up')?.value}`,
})

const freshAddress = () => `new-${randomBytes(5).toString('hex')}@example.com`

/** A sign-up that waits for its code, which is the newest in the mailbox. */
const signingUp = async (house: TestHouse) => {
  const call = aStranger(house)
  const address = freshAddress()
  const reply = await call('POST', '/api/auth/sign-up', {
    email: address,
    password: 'a long enough password',
  })
  const code = /\b\d{6}\b/.exec(house.mailbox.list(address)[0]?.text ?? '')?.[0] ?? ''
  return { call, headers: signUpCookie(reply), code }
}

const verified = async (house: TestHouse) => {
  const { call, headers, code } = await signingUp(house)
  return { call, headers: signUpCookie(await call('POST', '/api/auth/verify', { code }, headers)) }
}

/** A dataset of that person with one sealed image. */
const aDataset = async (house: TestHouse, workspaceId: string) => {
  const at = house.clock.now()
  const cell = house.cells.get('us-1')
  const [id, image] = [makeId(at), makeId(at)]
  await cell.db.insert(datasets).values({
    id,
    workspaceId,
    slug: 'cats',
    name: 'Cats',
    task: 'detect',
    classNames: ['cat'],
    ...{ trainCount: 2, labelledCount: 2 },
    visibility: 'public',
    status: 'ready',
    createdAt: at,
    updatedAt: at,
  })
  await addImages(house, [{ id: image, workspaceId, datasetId: id, file: 'cat.jpg' }])
  return { id, image }
}

/** A signed link taken apart: nobody's access but its own. */
const signed = (
  house: TestHouse,
  method: 'GET' | 'PUT',
  path: string,
  params: Record<string, string>,
): Base => {
  const expiresAt = new Date(house.clock.now().getTime() + 3600_000)
  const url = new URL(signPath(house.keyRing, method, path, expiresAt), 'http://localhost')
  return { call: aStranger(house), params, query: Object.fromEntries(url.searchParams) }
}

const forged = (value: unknown) => new RefusedWith(403, value)

const signatureFields: Record<string, HostileValues> = {
  expires: {
    'a null byte': '1\0',
    'said twice': twice('1900000000'),
    'one too long': '1'.repeat(21),
    empty: forged(''),
    text: forged('never'),
    'long ago': forged('1'),
    negative: forged('-1'),
    'beyond exact numbers': forged('9007199254740993'),
    'beyond all numbers': forged('1e400'),
    'a later time': forged('1999999999'),
    infinity: forged('Infinity'),
  },
  signature: {
    'a null byte': '1.\0',
    'said twice': twice('1.abc'),
    'one too long': 'x'.repeat(81),
    empty: forged(''),
    'a key version nobody has': forged(`65000.${'A'.repeat(43)}`),
    'another signature': forged(`1.${'A'.repeat(43)}`),
    'characters of no signature': forged(`1.${'\u0430'.repeat(43)}`),
    'no version': forged('A'.repeat(43)),
  },
}

const fileFields = { path: { cell: segment, id: segment, name: segment }, query: signatureFields }

const profile = (max: number): HostileValues => text({ max })

/** A handle may be pasted as an address of up to 500 characters, and is kept without it. */
const handle = (max: number): HostileValues => ({
  ...profile(max),
  'an address too long': `https://example.com/${'x'.repeat(500)}`,
  'an address too long for its handle': `https://${'x'.repeat(max)}.example`,
})

const notWebsites: HostileValues = {
  'a script': 'javascript:alert(1)',
  'a script behind a scheme': 'https://javascript:alert(1)',
  'data of its own': 'data:text/html,<script>alert(1)</script>',
  'a name and a password': 'https://example.com@evil.example',
  'a host without a dot': 'localhost',
  'an address of numbers': '127.0.0.1',
  'a Kelvin sign for k': 'example.\u212aim',
  'a right-to-left override': 'example.com/\u202egpj.exe',
  'a line break': 'example.com/\nx',
  'a port beyond all ports': 'example.com:99999',
  'a word': 'website',
}

const identity: Record<string, HostileValues> = {
  modelId: text({ max: 64, optional }),
  project: {
    ...text({ max: 200, optional }),
    'three parts': 'a/b/c',
    'no letter': '///',
    'no letter of ours': '\u0430\u0431\u0432\u0433',
    'a way up': '../../etc',
    "somebody else's": new RefusedWith(403, 'somebody-else/first-project'),
    'a look-alike owner': new RefusedWith(403, 'p\u0435rson/first-project'),
  },
  name: text({ max: 256, optional }),
}

/** A run going on, named in both ways a client may. */
const running = (data: Record<string, unknown>, event: string) => async (house: TestHouse) => {
  const key = await aKey(house, await aPerson(house))
  const { modelId, runId } = await aRun(key)
  const withRun = event === 'training_started' ? data : { ...data, runId }
  return { call: key.call, body: { event, data: withRun, modelId, project: 'first-project', name: 'train' } }
}

/** A project that cannot be is looked at only when the model is not known, so the model is left out there. */
const byProject =
  (base: (house: TestHouse) => Promise<Base>) =>
  async (house: TestHouse): Promise<Base> => {
    const request = await base(house)
    const { modelId: _modelId, ...body } = request.body ?? {}
    const { runId: _runId, ...data } = (body.data ?? {}) as Record<string, unknown>
    return { ...request, body: { ...body, ...('data' in body ? { data } : {}) } }
  }

const { project: projectField, ...otherIdentity } = identity

const trainingEvent = (
  event: string,
  data: Record<string, unknown>,
  fields: Record<string, HostileValues>,
  mayBeEmpty: Record<string, unknown>,
): HostileRoute[] => {
  const row = {
    route: 'POST /api/webhooks/training/metrics',
    variant: event,
    bodyBytesMax: 16 * mebibyte,
  } as const
  return [
    {
      ...row,
      base: running(data, event),
      mayBeEmpty: { modelId: '', project: '', name: '', data: {}, ...mayBeEmpty },
      fields: {
        body: {
          event: choice(event),
          data: { text: 'data', 'a number': 5, 'a boolean': true, 'an array': [], ...poison },
          ...otherIdentity,
          ...fields,
        },
      },
    },
    {
      ...row,
      base: byProject(running(data, event)),
      fields: { body: { project: projectField ?? {} } },
    },
  ]
}

/** Nothing at all reads as nought there, which asks for what comes after the first piece. */
const { empty: _empty, ...afterAnything } = countInQuery

/** Every route, and what every field of it refuses. */
export const hostileRoutes: HostileRoute[] = [
  {
    route: 'POST /api/auth/sign-up',
    base: async (house) => ({
      call: aStranger(house),
      body: { email: freshAddress(), password: 'a long enough password' },
    }),
    bodyBytesMax: small,
    fields: { body: { email, password } },
  },
  { route: 'GET /api/auth/sign-up', base: signingUp, fields: {} },
  {
    route: 'POST /api/auth/verify',
    base: async (house) => {
      const { call, headers, code } = await signingUp(house)
      return { call, headers, body: { code } }
    },
    bodyBytesMax: small,
    fields: {
      body: {
        code: sixDigits,
      },
    },
  },
  {
    route: 'POST /api/auth/verify/resend',
    base: async (house) => {
      const base = await signingUp(house)
      house.clock.advance(61)
      return base
    },
    bodyBytesMax: small,
    fields: {},
  },
  {
    route: 'GET /api/username/check',
    base: async (house) => ({ call: aStranger(house), query: { username: 'quite-free', suggest: 'true' } }),
    // A name that is none gets an answer, not a refusal: see the look-alikes in hostile-addresses.test.ts.
    fields: { query: { username: textInQuery(200), suggest: wordInQuery('true') } },
  },
  {
    route: 'POST /api/onboarding',
    base: async (house) => ({
      ...(await verified(house)),
      body: {
        username: `new-${randomBytes(5).toString('hex')}`,
        displayName: 'Ada Lovelace',
        company: 'Engines',
        useCase: 'Agriculture',
        region: 'eu',
        referralCode: 'FRIEND',
      },
    }),
    bodyBytesMax: small,
    fields: {
      body: {
        username,
        displayName: { ...text({ max: 100 }), empty: '', spaces: ' \t\u00a0 ' },
        company: text({ max: 100 }),
        useCase: choice('Agriculture'),
        region: { ...choice('eu'), 'a cell': 'eu-1', nowhere: 'mars' },
        promoCode: { ...text({ max: 64 }), 'one nobody issued': new RefusedWith(404, 'FREE-MONEY') },
        referralCode: text({ max: 64 }),
      },
    },
  },
  {
    route: 'POST /api/auth/sign-in',
    base: async (house) => {
      const person = await aPerson(house)
      return { call: aStranger(house), body: { email: person.email, password: person.password } }
    },
    bodyBytesMax: small,
    fields: { body: { email, password: { ...text({ max: 1024 }), empty: '' } } },
  },
  {
    route: 'POST /api/auth/sign-out',
    base: async (house) => ({ call: (await aPerson(house)).call }),
    bodyBytesMax: small,
    fields: {},
  },
  {
    route: 'POST /api/auth/password/forgot',
    base: async (house) => ({ call: aStranger(house), body: { email: (await aPerson(house)).email } }),
    bodyBytesMax: small,
    fields: { body: { email } },
  },
  {
    route: 'POST /api/auth/password/reset',
    base: async (house) => {
      const person = await aPerson(house)
      const call = aStranger(house)
      await call('POST', '/api/auth/password/forgot', { email: person.email })
      await house.runJobs()
      const token = /token=([\w.-]+)/.exec(house.mailbox.list(person.email)[0]?.text ?? '')?.[1]
      return { call, body: { token, password: 'another long password' } }
    },
    bodyBytesMax: small,
    fields: {
      body: {
        token: {
          ...text({ max: 300 }),
          empty: '',
          forged: `us-1.${'a'.repeat(24)}.${'A'.repeat(43)}`,
          'of a cell nobody has': `zz-9.${'a'.repeat(24)}.${'A'.repeat(43)}`,
          'a word of every object': '__proto__',
          'full-width digits': `us-\uff11.${'a'.repeat(24)}.${'A'.repeat(43)}`,
        },
        password,
      },
    },
  },
  { route: 'GET /api/instance', base: async (house) => ({ call: aStranger(house) }), fields: {} },
  { route: 'GET /api/auth/me', base: async (house) => ({ call: (await aPerson(house)).call }), fields: {} },

  { route: 'GET /api/settings', base: session, fields: { query: manage } },
  {
    route: 'POST /api/settings',
    base: async (house) => ({
      ...(await session(house)),
      body: {
        displayName: 'Ada',
        company: 'Engines',
        useCase: 'Agriculture',
        bio: 'Wrote the first program.',
        iconColor: '#4c6ef5',
        iconLetter: 'A',
        github: 'ada',
        linkedin: 'ada',
        twitter: 'ada',
        youtube: 'ada',
        scholar: 'ada',
        discord: 'ada',
        website: 'https://example.com',
      },
    }),
    takesNoField: true,
    fields: {
      query: manage,
      body: {
        displayName: { ...profile(100), empty: '', spaces: '   ' },
        company: profile(100),
        useCase: choice('Agriculture'),
        bio: { ...profile(500), 'too short to say anything': 'short' },
        iconColor: {
          ...profile(50),
          'an escape into CSS': 'red;background:url(//example.com)',
          'a function': 'url(javascript:alert(1))',
          'full-width hex': '#\uff14c6ef5',
          'a line break at the end': '#4c6ef5\n',
        },
        iconLetter: profile(2),
        github: handle(200),
        linkedin: handle(200),
        twitter: handle(200),
        youtube: handle(200),
        scholar: handle(200),
        discord: handle(100),
        website: { ...handle(200), ...notWebsites },
        secondFactorRequired: { ...flag, 'asked of oneself': true, 'not asked of oneself': false },
      },
    },
  },

  { route: 'GET /api/api-keys', base: session, fields: { query: manage } },
  {
    route: 'POST /api/api-keys',
    base: async (house) => ({
      ...(await session(house)),
      body: { name: 'Laptop', scopes: ['read', 'training'] },
    }),
    takesNoField: true,
    bodyBytesMax: small,
    fields: {
      query: manage,
      body: {
        name: { ...text({ max: 100 }), empty: '', spaces: ' \u3000 ' },
        scopes: {
          null: null,
          text: 'read',
          'an object': { 0: 'read', length: 1 },
          'a number': 1,
          'one scope twice': ['read', 'read'],
          'more than there are': ['read', 'write', 'admin', 'training', 'models', 'datasets', 'read'],
          'a list in the list': [['read']],
          ...poison,
        },
        'scopes[]': choice('read'),
        // The query names the workspace; a body that names another contradicts it (SPEC 0.2).
        owner: { ...text({ max: 64 }), 'another one': 'nobody-by-this-name', empty: '' },
      },
    },
  },
  {
    route: 'POST /api/api-keys',
    base: async (house) => {
      const { person, call } = await session(house)
      return { call, body: { owner: person.username } }
    },
    bodyBytesMax: small,
    fields: {
      body: {
        owner: {
          ...text({}),
          empty: '',
          'one too long': new RefusedWith(404, 'x'.repeat(65)),
          'another one': new RefusedWith(404, 'nobody-by-this-name'),
          'a look-alike': new RefusedWith(404, '\u0430lice-two'),
        },
      },
    },
  },
  {
    route: 'DELETE /api/api-keys',
    base: async (house) => {
      const { person, call, query } = await session(house)
      return { call, query: { ...query, keyId: (await aKey(house, person)).keyId } }
    },
    fields: {
      query: {
        ...manage,
        keyId: {
          ...textInQuery(128),
          empty: '',
          'none of ours': new RefusedWith(404, 'f'.repeat(24)),
          'a word of every object': new RefusedWith(404, '__proto__'),
          'a look-alike': new RefusedWith(404, '\u0430'.repeat(24)),
        },
      },
    },
  },
  {
    route: 'DELETE /api/api-keys/:keyId',
    base: async (house) => {
      const { person, call, query } = await session(house)
      return { call, query, params: { keyId: (await aKey(house, person)).keyId } }
    },
    fields: { query: manage, path: { keyId: segment } },
  },

  {
    route: 'GET /api/activity',
    base: async (house) => {
      const { call, query } = await session(house)
      const rest = {
        limit: '5',
        page: '1',
        archived: 'false',
        search: 'x',
        start: '2026-01-01',
        end: '2026-12-31',
        startDate: '2026-01-01',
        endDate: '2026-12-31',
        type: 'training',
        export: 'false',
      }
      return { call, query: { ...query, ...rest, cursor: '1000' } }
    },
    fields: {
      query: {
        ...manage,
        limit: { ...countInQuery, 'one too many': '101' },
        page: { ...countInQuery, 'one too far': '10001', 'a page beyond the rows': '2001' },
        cursor: {
          ...textInQuery(200),
          text: 'abc',
          negative: '-1',
          'a fraction': '1.5',
          'a power': '1e3',
          hexadecimal: '0x10',
          'beyond exact numbers': '9007199254740993',
          'beyond all numbers': '1e400',
          'Arabic digits': '\u0661',
          'a space': ' 1',
        },
        archived: wordInQuery('true'),
        search: textInQuery(200),
        type: wordInQuery('training'),
        start: timeInQuery,
        end: timeInQuery,
        startDate: timeInQuery,
        endDate: timeInQuery,
        export: wordInQuery('false'),
      },
    },
  },
  {
    route: 'POST /api/activity/:id/undo',
    base: async (house) => {
      const { call, query } = await session(house)
      await call('POST', '/api/settings', { company: `Acme ${randomUUID()}` })
      const feed = (await call('GET', '/api/activity?limit=1')).json()
      return { call, query, params: { id: feed.events[0]._id } }
    },
    fields: { query: manage, path: { id: segment } },
  },
  {
    route: 'GET /api/activity/stream',
    staysOpen: 'seconds',
    base: async (house) => {
      const { call, query } = await session(house)
      return { call, query: { ...query, seconds: '1' } }
    },
    fields: { query: { ...manage, seconds: { ...countInQuery, 'one too many': '601' } } },
  },
  {
    route: 'POST /api/activity/mark-seen',
    base: async (house) => ({ ...(await session(house)), body: { eventIds: ['f'.repeat(24)] } }),
    fields: {
      query: manage,
      body: {
        eventIds: {
          null: null,
          empty: [],
          text: 'id',
          'an object': { 0: 'id', length: 1 },
          'one too many': Array.from({ length: 501 }, (_, index) => String(index)),
          ...poison,
        },
        'eventIds[]': { ...text({ max: 64 }), empty: '' },
      },
    },
  },
  {
    route: 'POST /api/activity/mark-seen',
    base: async (house) => ({ ...(await session(house)), body: { all: true } }),
    fields: {
      body: {
        all: { ...flag, no: false },
        eventIds: { beside: ['a'] },
        upTo: { ...text({ max: 64 }), empty: '' },
      },
    },
  },
  {
    route: 'POST /api/activity/archive',
    base: async (house) => ({
      ...(await session(house)),
      body: { eventIds: ['f'.repeat(24)], archive: true },
    }),
    fields: {
      query: manage,
      body: {
        eventIds: {
          null: null,
          empty: [],
          text: 'id',
          'one too many': Array.from({ length: 501 }, (_, index) => String(index)),
          ...poison,
        },
        'eventIds[]': { ...text({ max: 64 }), empty: '' },
        archive: flag,
      },
    },
  },
  {
    route: 'POST /api/activity/archive',
    base: async (house) => ({ ...(await session(house)), body: { all: true, archive: true } }),
    fields: { body: { all: { ...flag, no: false }, archive: { ...flag, 'no, for all': false } } },
  },

  {
    route: 'GET /api/projects',
    base: async (house) => {
      const { person, call, query } = await session(house)
      return { call, query: { ...query, username: person.username, limit: '5' } }
    },
    fields: {
      query: {
        ...manage,
        username: {
          ...textInQuery(64),
          'a look-alike': new RefusedWith(404, '\u0430lice'),
          'no name': new RefusedWith(404, '../x'),
          empty: new RefusedWith(404, ''),
        },
        limit: { ...countInQuery, 'one too many': '501' },
      },
    },
  },
  {
    route: 'GET /api/projects/:id',
    base: async (house) => {
      const { person, projectId } = await trained(house)
      return { call: person.call, params: { id: projectId }, query: { owner: person.username } }
    },
    fields: { query: manage, path: { id: segment } },
  },
  {
    route: 'GET /api/projects/:owner/:project',
    base: async (house) => {
      const { person } = await trained(house)
      return { call: person.call, params: { owner: person.username, project: 'first-project' } }
    },
    fields: { path: { owner: segment, project: segment } },
  },
  {
    route: 'GET /api/models',
    base: async (house) => {
      const { person, projectId } = await trained(house)
      return { call: person.call, query: { owner: person.username, projectId, limit: '5' } }
    },
    fields: {
      query: { ...manage, projectId: idInQuery, limit: { ...countInQuery, 'one too many': '101' } },
    },
  },
  ...(['', '/files', '/training'] as const).map(
    (rest): HostileRoute => ({
      route: `GET /api/models/:id${rest}`,
      base: async (house) => {
        const { person, run } = await trained(house)
        return { call: person.call, params: { id: run.modelId }, query: { owner: person.username } }
      },
      fields: { query: manage, path: { id: segment } },
    }),
  ),
  {
    route: 'GET /api/models/:owner/:project/:model',
    base: async (house) => {
      const { person, run } = await trained(house)
      const params = { owner: person.username, project: 'first-project', model: run.modelSlug }
      return { call: person.call, params }
    },
    fields: { path: { owner: segment, project: segment, model: segment } },
  },
  {
    route: 'DELETE /api/models/:id/training',
    base: async (house) => {
      const { person, run } = await trained(house)
      return { call: person.call, params: { id: run.modelId }, query: { owner: person.username } }
    },
    fields: { query: manage, path: { id: segment } },
  },
  {
    route: 'GET /api/models/:id/console',
    base: async (house) => {
      const { person, run } = await trained(house)
      return {
        call: person.call,
        params: { id: run.modelId },
        query: { owner: person.username, after: '-1' },
      }
    },
    fields: {
      query: {
        ...manage,
        after: {
          ...afterAnything,
          zero: '-2',
          'below zero': '-9007199254740993',
          'one too far': '1000000001',
        },
      },
      path: { id: segment },
    },
  },

  {
    route: 'PUT /api/uploads/:cell/:id',
    base: async (house) => {
      const key = await aKey(house, await aPerson(house))
      const { modelId } = await aRun(key)
      const asked = await key.call('POST', '/api/webhooks/models/upload', { modelId })
      const url = new URL(asked.json().uploadUrl)
      const [, , , cell = '', id = ''] = url.pathname.split('/')
      return {
        call: (method, address, _body, headers) =>
          aStranger(house)(method, address, Buffer.from('weights'), {
            ...headers,
            'content-type': 'application/octet-stream',
          }),
        params: { cell, id },
        query: Object.fromEntries(url.searchParams),
      }
    },
    fields: { path: { cell: segment, id: segment }, query: signatureFields },
  },
  {
    route: 'GET /api/uploads/:cell/:id',
    base: async (house) => {
      const { address } = await uploading(house)
      const [, , , cell = '', id = ''] = address.pathname.split('/')
      return { call: aStranger(house), params: { cell, id }, query: Object.fromEntries(address.searchParams) }
    },
    fields: { path: { cell: segment, id: segment }, query: signatureFields },
  },
  {
    route: 'GET /api/files/:cell/weights/:id/:name',
    base: async (house) => {
      const { person, run } = await trained(house)
      const { files } = (await person.call('GET', `/api/models/${run.modelId}/files`)).json()
      const url = new URL(files[0].downloadUrl)
      const [, , , cell = '', , id = '', name = ''] = url.pathname.split('/')
      return {
        call: aStranger(house),
        params: { cell, id, name },
        query: Object.fromEntries(url.searchParams),
      }
    },
    fields: fileFields,
  },
  {
    route: 'GET /api/files/:cell/datasets/:id/:name',
    base: async (house) => {
      const { id } = await aDataset(house, (await aPerson(house)).userId)
      const params = { cell: 'us-1', id, name: 'cats.ndjson' }
      return signed(house, 'GET', `/api/files/us-1/datasets/${id}/cats.ndjson`, params)
    },
    fields: fileFields,
  },
  {
    route: 'GET /api/files/:cell/versions/:id/:name',
    base: async (house) => {
      const { call, userId } = await aPerson(house)
      const { id } = await aDataset(house, userId)
      const { downloadUrl } = (await call('POST', `/api/datasets/${id}/export`, {})).json()
      const url = new URL(downloadUrl)
      const [, , , cell = '', , version = '', name = ''] = url.pathname.split('/')
      const query = Object.fromEntries(url.searchParams)
      return { call: aStranger(house), params: { cell, id: version, name }, query }
    },
    fields: fileFields,
  },
  {
    route: 'GET /api/files/:cell/thumbnails/:id/:name',
    base: async (house) => {
      const { image } = await aDataset(house, (await aPerson(house)).userId)
      const params = { cell: 'us-1', id: image, name: 'cat.webp' }
      return signed(house, 'GET', `/api/files/us-1/thumbnails/${image}/cat.webp`, params)
    },
    fields: fileFields,
  },
  {
    route: 'GET /api/files/:cell/images/:id/:name',
    base: async (house) => {
      const { image } = await aDataset(house, (await aPerson(house)).userId)
      const params = { cell: 'us-1', id: image, name: 'cat.jpg' }
      return signed(house, 'GET', `/api/files/us-1/images/${image}/cat.jpg`, params)
    },
    fields: fileFields,
  },

  ...trainingEvent(
    'training_started',
    {
      trainArgs: { model: 'yolo26n.pt', task: 'detect' },
      epochs: 3,
      device: 'cpu',
      environment: { os: 'Linux' },
    },
    {
      'data.trainArgs': openMap,
      'data.epochs': count({ optional }),
      'data.device': text({ max: 200, optional }),
      'data.environment': openMap,
    },
    { 'data.trainArgs': {}, 'data.epochs': null, 'data.device': '', 'data.environment': {} },
  ),
  ...trainingEvent(
    'epoch_end',
    {
      epoch: 0,
      metrics: { lr: 0.01, mAP50: null },
      system: { cpu: 5 },
      fitness: 0.5,
      best_fitness: 0.5,
      modelInfo: { parameters: 5 },
    },
    {
      'data.epoch': count({ optional }),
      'data.metrics': openMap,
      'data.system': openMap,
      'data.fitness': measure({ optional }),
      'data.best_fitness': measure({ optional }),
      'data.modelInfo': openMap,
      'data.runId': text({ max: 64, optional }),
    },
    {
      'data.epoch': null,
      'data.metrics': {},
      'data.system': {},
      'data.fitness': null,
      'data.best_fitness': null,
      'data.modelInfo': {},
      'data.runId': '',
    },
  ),
  ...trainingEvent(
    'console_output',
    { chunkId: 1, content: 'epoch 1/3\n', lineCount: 1 },
    {
      'data.chunkId': {
        ...count({ optional }),
        'digits as text': ' 5',
        'ten digits as text': '1234567890',
        'full-width digits': '\uff15',
        hexadecimal: '0x5',
      },
      'data.content': text({ optional }),
      'data.lineCount': count({ optional }),
      'data.runId': text({ max: 64, optional }),
    },
    { 'data.chunkId': '', 'data.content': '', 'data.lineCount': null, 'data.runId': '' },
  ),
  ...trainingEvent(
    'checkpoint_saved',
    { modelPath: '/tmp/last.pt', uploadPath: '/tmp/last.pt' },
    {
      'data.modelPath': {
        ...text({ max: 1024, optional }),
        'an upload nobody made': new RefusedWith(404, `weights/${'f'.repeat(24)}`),
      },
      'data.uploadPath': text({ max: 1024, optional }),
      'data.runId': text({ max: 64, optional }),
    },
    { 'data.modelPath': '', 'data.uploadPath': '', 'data.runId': '' },
  ),
  ...trainingEvent(
    'training_complete',
    {
      results: {
        metrics: { mAP50: 0.5, fitness: 0.5 },
        bestEpoch: 1,
        bestFitness: 0.5,
        modelPath: '/tmp/best.pt',
        modelSize: 12.5,
        calibration: { bins: [] },
        validation: { rows: [['a', 1, 0, 0]] },
      },
      classNames: ['cat'],
      plots: [{ type: 'pr_curve', x: [0, 1], y: [1, 0] }],
    },
    {
      'data.results': { text: 'good', 'a number': 5, 'an array': [], ...poison },
      'data.results.metrics': openMap,
      'data.results.bestEpoch': count({ optional }),
      'data.results.bestFitness': measure({ optional }),
      'data.results.modelPath': text({ max: 1024, optional }),
      'data.results.modelSize': { ...measure({ optional }), negative: -1 },
      'data.results.calibration': poison,
      'data.results.validation': poison,
      'data.classNames': {
        text: 'cat',
        'a number': 5,
        'one too many': Array.from({ length: 25_001 }, () => 'c'),
        ...poison,
      },
      'data.classNames[]': text({ max: 1000 }),
      'data.classNames{}': text({ max: 1000 }),
      'data.plots': {
        text: 'pr_curve',
        'an object': { type: 'pr_curve' },
        'one too many': Array.from({ length: 201 }, () => ({})),
        ...poison,
      },
      'data.runId': text({ max: 64, optional }),
    },
    {
      'data.results': {},
      'data.results.metrics': {},
      'data.results.bestEpoch': null,
      'data.results.bestFitness': null,
      'data.results.modelPath': '',
      'data.results.modelSize': null,
      'data.results.calibration': {},
      'data.results.validation': {},
      'data.classNames': [],
      'data.plots': [],
      'data.runId': '',
    },
  ),
  ...(() => {
    const base = async (house: TestHouse): Promise<Base> => {
      const key = await aKey(house, await aPerson(house))
      const { modelId, runId } = await aRun(key)
      const body = { modelId, runId, project: 'first-project', name: 'train', filename: 'best.pt' }
      return { call: key.call, body }
    }
    const route = 'POST /api/webhooks/models/upload' as const
    const bodyBytesMax = 64 * 1024
    const fields = {
      ...otherIdentity,
      filename: text({ max: 256, optional }),
      runId: text({ max: 64, optional }),
    }
    const withoutIds = async (house: TestHouse) => {
      const request = await base(house)
      return { ...request, body: { project: 'first-project', name: 'train', filename: 'best.pt' } }
    }
    return [
      {
        route,
        base,
        bodyBytesMax,
        mayBeEmpty: { modelId: '', runId: '', project: '', name: '', filename: '' },
        fields: { body: fields },
      },
      { route, base: withoutIds, bodyBytesMax, fields: { body: { project: projectField ?? {} } } },
    ] satisfies HostileRoute[]
  })(),
  {
    route: 'GET /api/webhooks/models/:username/:project/:model/download',
    base: async (house) => {
      const { person, key, run } = await trained(house)
      const params = { username: person.username, project: 'first-project', model: run.modelSlug }
      return { call: key.call, params }
    },
    fields: { path: { username: segment, project: segment, model: segment } },
  },
  {
    route: 'GET /api/webhooks/datasets/:username/:dataset/export',
    base: async (house) => {
      const person = await aPerson(house)
      await aDataset(house, person.userId)
      const key = await aKey(house, person)
      return { call: key.call, params: { username: person.username, dataset: 'cats' } }
    },
    fields: { path: { username: segment, dataset: segment } },
  },
  ...identityRoutes,
  ...keyRoutes,
  ...libraryRoutes,
  ...datasetRoutes,
  ...teamRoutes,
  ...trashRoutes,
  ...uploadRoutes,
]

/** The parts of an ingest body in which unknown fields must be dropped. */
export const unknownFields = new RawJson('{"a":[1,{"b":null}]}')
