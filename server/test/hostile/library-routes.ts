import { aKey, aPerson, aRun } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { sendsPicture } from './identity-bases.ts'
import { type Base, type HostileRoute, manage, session, small } from './row.ts'
import {
  choice,
  count,
  countInQuery,
  flag,
  type HostileValues,
  idInQuery,
  measure,
  openMap,
  poison,
  RefusedWith,
  segment,
  text,
  textInQuery,
  wordInQuery,
} from './values.ts'

const kibibyte = 1024

/** Somebody with a project and a model in it that has metrics. */
const maker = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  const { projectId } = (await call('POST', '/api/projects', { name: 'First project' })).json()
  const model = { projectId, name: 'Train', metrics: { mAP50: 0.5 } }
  const { modelId } = (await call('POST', '/api/models', model)).json()
  return { person, call, query, projectId: projectId as string, modelId: modelId as string }
}

type Maker = Awaited<ReturnType<typeof maker>>

/** A request of theirs that names the workspace in its query. */
const byId =
  (more: (made: Maker) => Omit<Base, 'call' | 'query'> & { query?: Record<string, string> }) =>
  async (house: TestHouse): Promise<Base> => {
    const made = await maker(house)
    const { query, ...rest } = more(made)
    return { call: made.call, query: { ...made.query, ...query }, ...rest }
  }

/** The same where the address names it. */
const byPath =
  (more: (made: Maker) => Omit<Base, 'call'>) =>
  async (house: TestHouse): Promise<Base> => {
    const made = await maker(house)
    return { call: made.call, ...more(made) }
  }

const projectPath = ({ person }: Maker) => ({ owner: person.username, project: 'first-project' })
const modelPath = (made: Maker) => ({ ...projectPath(made), model: 'train' })
/** Of an original, whoever it belongs to. */
const originalPath = ({ person }: Maker) => ({ username: person.username, project: 'first-project' })

const inProject = { owner: segment, project: segment }
const inModel = { ...inProject, model: segment }

export const title: HostileValues = { ...text({ max: 100 }), empty: '', spaces: ' \u3000 ' }
export const slug: HostileValues = {
  ...text({ max: 128 }),
  empty: '',
  capitals: 'ABC',
  'a space': 'a b',
  'two hyphens': 'a--b',
  'a hyphen at the end': 'a-',
  'a way up': '../a',
  'a Kelvin sign': '\u212a',
  'full-width letters': '\uff41',
}
export const description = text({ max: 10_000 })
export const license: HostileValues = {
  ...text({ max: 100 }),
  markup: '<b>MIT</b>',
  'a line break': 'MIT\nGPL',
  'a quote': "MIT'",
}
export const map = (kibibytes: number): HostileValues => ({
  ...openMap,
  null: null,
  'one too large': { text: 'x'.repeat(kibibytes * kibibyte) },
})
const colour: HostileValues = {
  ...text({ max: 50 }),
  'an escape into CSS': 'red;background:url(//example.com)',
  'a function': 'url(javascript:alert(1))',
  'a line break at the end': '#4c6ef5\n',
}
export const list: HostileValues = {
  null: null,
  text: 'a',
  'a number': 1,
  'an object': { 0: 'a', length: 1 },
  'a list in the list': [['a']],
  ...poison,
}
export const words: HostileValues = { ...list, 'one too many': Array.from({ length: 51 }, (_, n) => `t${n}`) }
export const word: HostileValues = { ...text({ max: 50 }), empty: '', spaces: '  ' }
const id: HostileValues = {
  ...text({ max: 24 }),
  empty: '',
  capitals: 'A'.repeat(24),
  'no hex': 'g'.repeat(24),
}
const foreignId: HostileValues = { ...id, 'none of ours': new RefusedWith(404, 'f'.repeat(24)) }
/** The query names the workspace; a body that names another contradicts it. */
export const ownerBeside: HostileValues = {
  ...text({ max: 64 }),
  'another one': 'nobody-by-this-name',
  empty: '',
}
/** The same the other way round: whatever the query says, the body says something else. */
export const manageBeside = {
  owner: { ...textInQuery(64, 'somebody'), 'another one': 'nobody-by-this-name' },
}
const epochs: HostileValues = { ...count({}), 'one too many': 1_000_001 }
const results: HostileValues = {
  ...list,
  'one too many': Array.from({ length: 10_001 }, (_, epoch) => ({ epoch, metrics: {} })),
  'an unknown field': [{ epoch: 1, metrics: {}, loss: 1 }],
  'no metrics': [{ epoch: 1 }],
}
export const cursor: HostileValues = {
  ...textInQuery(100),
  empty: '',
  text: 'abc',
  'half of it': '1700000000000',
  'a later year than there is': '999999999999999.aaaaaaaaaaaaaaaaaaaaaaaa',
  'no time': `.${'a'.repeat(24)}`,
  'Arabic digits': `\u0661.${'a'.repeat(24)}`,
}
const ids: HostileValues = {
  ...textInQuery(2500),
  empty: '',
  'one that is none': `${'a'.repeat(24)},b`,
  'a comma too many': `${'a'.repeat(24)},`,
  'one too many': Array.from({ length: 101 }, () => 'a'.repeat(24)).join(','),
}

const newProject = {
  slug,
  project: { ...slug, 'another slug': 'quite-another' },
  name: title,
  description,
  visibility: choice('private'),
  tags: words,
  'tags[]': word,
  license,
  metadata: map(17),
}
const aProjectBody = {
  slug: 'second-project',
  project: 'second-project',
  name: 'Second project',
  description: 'Of cats',
  visibility: 'private',
  tags: ['cats'],
  license: 'MIT',
  metadata: { note: 1 },
}

const projectChange = {
  name: title,
  description,
  visibility: choice('private'),
  metadata: map(17),
  tags: words,
  'tags[]': word,
  license,
  archived: flag,
  iconColor: colour,
  iconLetter: text({ max: 2 }),
  viewPreferences: map(9),
  starred: flag,
}
const aProjectChange = {
  name: 'Renamed',
  description: 'Of dogs',
  visibility: 'private',
  metadata: { note: 2 },
  tags: ['dogs'],
  license: 'MIT',
  archived: true,
  iconColor: '#4c6ef5',
  iconLetter: 'D',
  viewPreferences: { sort: 'name' },
  starred: true,
}

const newModel = {
  slug,
  name: title,
  description,
  task: word,
  metadata: map(17),
  trainArgs: map(65),
  trainResults: results,
  'trainResults[]': { text: 'a', 'a list': [], 'nothing in it': {} },
  'trainResults[].epoch': epochs,
  'trainResults[].metrics': { ...openMap, null: null },
  metrics: { ...map(17), 'one nobody knows': { fame: 1 }, 'a word of every object': { constructor: 1 } },
  'metrics{}': measure({}),
  epochs,
  version: text({ max: 50 }),
}
const aModelBody = {
  slug: 'second',
  name: 'Second',
  description: 'Larger',
  task: 'detect',
  metadata: { note: 1 },
  trainArgs: { lr0: 0.1 },
  trainResults: [{ epoch: 0, metrics: { loss: 1 } }],
  metrics: { mAP50: 0.5 },
  epochs: 10,
  version: '1.0',
}

const modelChange = {
  name: title,
  description,
  color: colour,
  metadata: map(17),
  status: { ...choice('completed'), 'a training that is none': 'running' },
  license,
  datasetSlug: { ...slug, empty: 'No Slug' },
  trainArgs: map(65),
  trainResults: results,
  'trainResults[]': newModel['trainResults[]'],
  'trainResults[].epoch': epochs,
  'trainResults[].metrics': newModel['trainResults[].metrics'],
  epochs,
  bestEpoch: epochs,
  bestFitness: measure({}),
  version: text({ max: 50 }),
  trainingError: text({ max: 10_000 }),
  starred: flag,
}
const aModelChange = {
  name: 'Renamed',
  description: 'Smaller',
  color: '#4c6ef5',
  metadata: { note: 2 },
  status: 'failed',
  license: 'MIT',
  datasetSlug: 'coco8',
  trainArgs: { lr0: 0.2 },
  trainResults: [{ epoch: 1, metrics: { loss: 2 } }],
  epochs: 20,
  bestEpoch: 5,
  bestFitness: 0.5,
  version: '2.0',
  trainingError: 'It fell over',
  starred: true,
}

const projectCopy = {
  slug,
  name: title,
  description,
  visibility: choice('private'),
  license,
  owner: ownerBeside,
}
const modelCopy = {
  targetProjectSlug: { ...slug, 'one that is not there': new RefusedWith(404, 'none') },
  modelName: title,
  description,
  showPublicly: flag,
  owner: ownerBeside,
}

const listChoice = {
  fields: wordInQuery('charts'),
  ids,
  limit: { ...countInQuery, 'one too many': '101' },
}
const projectBytesMax = 128 * kibibyte
const modelBytesMax = 2 * kibibyte * kibibyte

/** A model with weights, which can be deployed. */
const withWeights = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  const key = await aKey(house, person)
  const { modelId } = await aRun(key)
  const { uploadUrl } = (await key.call('POST', '/api/webhooks/models/upload', { modelId })).json()
  const octets = { 'content-type': 'application/octet-stream' }
  await key.call('PUT', uploadUrl.replace(/^https?:\/\/[^/]+/, ''), Buffer.from('weights'), octets)
  return { call, query, modelId }
}

const aDeployment = { name: 'Front door', region: 'us' }

const deployed = async (house: TestHouse): Promise<Base> => {
  const { call, query, modelId } = await withWeights(house)
  const { deploymentId } = (await call('POST', '/api/deployments', { modelId, ...aDeployment })).json()
  return { call, query, params: { id: deploymentId } }
}

/** Nothing here makes exports, so one is put there. */
const exported = async (house: TestHouse): Promise<Base> => {
  const { call, query, modelId } = await withWeights(house)
  const exportId = modelId.replace(/^./, (first) => (first === 'e' ? 'd' : 'e'))
  await house.cells.get('us-1').pool.query(
    `insert into exports (id, workspace_id, model_id, format, status, created_by, created_at, updated_at)
     select $1, workspace_id, id, 'onnx', 'completed', workspace_id, created_at, created_at from models where id = $2`,
    [exportId, modelId],
  )
  return { call, query, params: { id: exportId } }
}

/** Nought rows may be passed over, and an empty number is nought. */
const { empty: _empty, zero: _zero, ...offset } = countInQuery

/** How a list of projects, models or datasets is searched, sorted and paged. */
export const listed = {
  q: textInQuery(100),
  sort: wordInQuery('newest'),
  offset: { ...offset, 'one too far': '10001', 'beyond with its limit': '9999' },
}
export const newestFirst = { q: 'words', sort: 'newest', offset: '0' }

/** The routes by which projects and models are made, changed and copied, and what else hangs on them. */
export const libraryRoutes: HostileRoute[] = [
  {
    route: 'GET /api/projects',
    base: async (house) => {
      const { call, query } = await session(house)
      return { call, query: { ...query, cursor: `1700000000000.${'a'.repeat(24)}` } }
    },
    fields: { query: { cursor } },
  },
  {
    route: 'GET /api/projects',
    base: async (house) => {
      const { call, query } = await session(house)
      return { call, query: { ...query, ...newestFirst, visibility: 'public' } }
    },
    fields: { query: { ...listed, visibility: wordInQuery('public') } },
  },
  {
    route: 'POST /api/projects',
    base: byId(({ query }) => ({ body: { ...aProjectBody, owner: query.owner } })),
    bodyBytesMax: projectBytesMax,
    fields: { query: manageBeside, body: { ...newProject, owner: ownerBeside } },
  },
  {
    route: 'POST /api/projects/:owner',
    base: byPath(({ person }) => ({ params: { owner: person.username }, body: aProjectBody })),
    bodyBytesMax: projectBytesMax,
    fields: { path: { owner: segment }, body: newProject },
  },
  {
    route: 'PATCH /api/projects/:id',
    base: byId(({ projectId }) => ({ params: { id: projectId }, body: aProjectChange })),
    takesNoField: true,
    bodyBytesMax: projectBytesMax,
    fields: { path: { id: segment }, query: manage, body: projectChange },
  },
  {
    route: 'PATCH /api/projects/:owner/:project',
    base: byPath((made) => ({ params: projectPath(made), body: aProjectChange })),
    takesNoField: true,
    bodyBytesMax: projectBytesMax,
    fields: { path: inProject, body: projectChange },
  },
  {
    route: 'POST /api/projects/:id/clone',
    base: byId(({ projectId, query }) => ({ params: { id: projectId }, body: aCopy(query.owner) })),
    takesNoField: true,
    bodyBytesMax: projectBytesMax,
    fields: { path: { id: segment }, query: manageBeside, body: projectCopy },
  },
  {
    route: 'POST /api/projects/:username/:project/clone',
    base: byId((made) => ({ params: originalPath(made), body: aCopy(made.query.owner) })),
    takesNoField: true,
    bodyBytesMax: projectBytesMax,
    fields: { path: { username: segment, project: segment }, query: manageBeside, body: projectCopy },
  },
  {
    route: 'POST /api/projects/:id/icon',
    base: async (house) => {
      const { call, query, projectId } = await maker(house)
      return { call: sendsPicture(call), query, params: { id: projectId } }
    },
    readsForms: true,
    fields: { path: { id: segment }, query: manage },
  },
  {
    route: 'POST /api/projects/:owner/:project/icon',
    base: async (house) => {
      const made = await maker(house)
      return { call: sendsPicture(made.call), params: projectPath(made) }
    },
    readsForms: true,
    fields: { path: inProject },
  },
  {
    route: 'DELETE /api/projects/:id/icon',
    base: byId(({ projectId }) => ({ params: { id: projectId } })),
    fields: { path: { id: segment }, query: manage },
  },
  {
    route: 'DELETE /api/projects/:owner/:project/icon',
    base: byPath((made) => ({ params: projectPath(made) })),
    fields: { path: inProject },
  },
  {
    route: 'GET /api/projects/:id/icon/:file',
    base: async (house) => {
      const { call, projectId } = await maker(house)
      const { downloadUrl } = (await sendsPicture(call)('POST', `/api/projects/${projectId}/icon`)).json()
      return { call, params: { id: projectId, file: new URL(downloadUrl).pathname.split('/').at(-1) ?? '' } }
    },
    fields: { path: { id: segment, file: segment } },
  },

  {
    route: 'GET /api/models',
    base: byId(({ projectId, modelId }) => ({
      query: { projectId, fields: 'charts', ids: modelId, ...newestFirst },
    })),
    fields: { query: { fields: listChoice.fields, ids, ...listed } },
  },
  {
    route: 'GET /api/models/:owner/:project',
    base: byPath((made) => ({
      params: projectPath(made),
      query: { fields: 'summary', ids: made.modelId, limit: '5', ...newestFirst },
    })),
    fields: { path: inProject, query: { ...listChoice, ...listed } },
  },
  {
    route: 'GET /api/models/completed',
    base: byId(() => ({ query: { limit: '5' } })),
    fields: { query: { ...manage, limit: { ...countInQuery, 'one too many': '501' } } },
  },
  {
    route: 'POST /api/models',
    base: byId(({ projectId, query }) => ({ body: { ...aModelBody, projectId, owner: query.owner } })),
    bodyBytesMax: modelBytesMax,
    fields: { query: manageBeside, body: { ...newModel, projectId: foreignId, owner: ownerBeside } },
  },
  {
    route: 'POST /api/models/:owner/:project',
    base: byPath((made) => ({ params: projectPath(made), body: { ...aModelBody, model: 'second' } })),
    takesNoField: true,
    bodyBytesMax: modelBytesMax,
    fields: { path: inProject, body: { ...newModel, model: slug } },
  },
  {
    route: 'PATCH /api/models/:id',
    base: byId(({ modelId }) => ({ params: { id: modelId }, body: aModelChange })),
    takesNoField: true,
    bodyBytesMax: modelBytesMax,
    fields: { path: { id: segment }, query: manage, body: modelChange },
  },
  {
    route: 'PATCH /api/models/:owner/:project/:model',
    base: byPath((made) => ({ params: modelPath(made), body: aModelChange })),
    takesNoField: true,
    bodyBytesMax: modelBytesMax,
    fields: { path: inModel, body: modelChange },
  },
  {
    route: 'POST /api/models/:id/clone',
    base: byId(({ modelId, query }) => ({ params: { id: modelId }, body: aModelCopy(query.owner) })),
    bodyBytesMax: small,
    fields: { path: { id: segment }, query: manageBeside, body: modelCopy },
  },
  {
    route: 'POST /api/models/:username/:project/:model/clone',
    base: byId((made) => ({
      params: { ...originalPath(made), model: 'train' },
      body: aModelCopy(made.query.owner),
    })),
    bodyBytesMax: small,
    fields: {
      path: { username: segment, project: segment, model: segment },
      query: manageBeside,
      body: modelCopy,
    },
  },
  {
    route: 'POST /api/models/:id/track-download',
    base: byId(({ modelId }) => ({ params: { id: modelId } })),
    bodyBytesMax: small,
    fields: { path: { id: segment }, query: manage },
  },

  {
    route: 'GET /api/explore/search',
    base: async (house) => {
      const { person, call } = await session(house)
      const query = { q: 'cats', type: 'all', sort: 'newest', offset: '0', limit: '5', task: 'detect' }
      return { call, query: { ...query, author: person.username, starred: 'true' } }
    },
    fields: {
      query: {
        q: textInQuery(100),
        type: wordInQuery('datasets'),
        sort: wordInQuery('newest'),
        offset: { ...offset, 'one too far': '10001', 'beyond with its limit': '9999' },
        limit: { ...countInQuery, 'one too many': '101' },
        task: textInQuery(50),
        author: textInQuery(64),
        starred: wordInQuery('true'),
      },
    },
  },
  {
    route: 'GET /api/explore/sidebar',
    base: async (house) => ({ call: (await aPerson(house)).call }),
    fields: {},
  },
  {
    route: 'GET /api/search',
    base: byId(() => ({ query: { q: 'first' } })),
    fields: { query: { ...manage, q: { ...textInQuery(100), empty: '', spaces: '   ' } } },
  },
  { route: 'GET /api/account/summary', base: session, fields: { query: manage } },

  {
    route: 'GET /api/exports',
    base: byId(({ modelId }) => ({ query: { modelId, limit: '5', cursor: modelId } })),
    fields: {
      query: {
        ...manage,
        modelId: idInQuery,
        limit: { ...countInQuery, 'one too many': '101' },
        cursor: idInQuery,
      },
    },
  },
  {
    route: 'POST /api/exports',
    base: async (house) => {
      const { call, query, modelId } = await withWeights(house)
      const body = { modelId, format: 'engine', gpuType: 'rtx-4090', args: { half: true } }
      return { call, query, body: { ...body, owner: query.owner } }
    },
    lacksMachine: true,
    bodyBytesMax: small,
    fields: {
      query: manageBeside,
      body: {
        modelId: foreignId,
        format: { ...choice('engine'), empty: '' },
        gpuType: word,
        args: map(9),
        owner: ownerBeside,
      },
    },
  },
  { route: 'GET /api/exports/:id', base: exported, fields: { path: { id: segment }, query: manage } },
  {
    route: 'DELETE /api/exports/:id',
    bodyBytesMax: small,
    base: exported,
    fields: { path: { id: segment }, query: manage },
  },

  {
    route: 'GET /api/deployments',
    base: byId(({ modelId }) => ({ query: { modelId, limit: '5', cursor: modelId } })),
    fields: {
      query: {
        ...manage,
        modelId: idInQuery,
        limit: { ...countInQuery, 'one too many': '101' },
        cursor: idInQuery,
      },
    },
  },
  {
    route: 'POST /api/deployments',
    base: async (house) => {
      const { call, query, modelId } = await withWeights(house)
      const resources = { cpu: 1, memoryGi: 2, minInstances: 0, maxInstances: 1 }
      return { call, query, body: { modelId, ...aDeployment, resources, owner: query.owner } }
    },
    bodyBytesMax: small,
    fields: {
      query: manageBeside,
      body: {
        modelId: foreignId,
        name: title,
        region: { ...slug, 'one too long': 'x'.repeat(65) },
        resources: { null: null, text: 'large', 'a list': [], 'an unknown field': { gpu: 1 }, ...poison },
        'resources.cpu': { ...count({}), 'more than there is': 2 },
        'resources.memoryGi': { ...count({}), 'more than there is': 4 },
        'resources.minInstances': { ...count({}), 'more than there is': 1 },
        'resources.maxInstances': { ...count({}), 'more than there is': 2 },
        owner: ownerBeside,
      },
    },
  },
  { route: 'GET /api/deployments/:id', base: deployed, fields: { path: { id: segment }, query: manage } },
  {
    route: 'POST /api/deployments/:id/start',
    base: deployed,
    lacksMachine: true,
    bodyBytesMax: small,
    fields: { path: { id: segment }, query: manage },
  },
  {
    route: 'DELETE /api/deployments/:id',
    bodyBytesMax: small,
    base: deployed,
    fields: { path: { id: segment }, query: manage },
  },
]

function aCopy(owner: string) {
  return { slug: 'a-copy', name: 'A copy', description: 'Mine', visibility: 'private', license: 'MIT', owner }
}

function aModelCopy(owner: string) {
  return {
    targetProjectSlug: 'first-project',
    modelName: 'A copy',
    description: 'Mine',
    showPublicly: true,
    owner,
  }
}
