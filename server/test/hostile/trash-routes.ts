import type { TestHouse } from '../test-house.ts'
import { aDataset, aModel, aProject } from '../trash/things.ts'
import { type Base, type HostileRoute, manage, session } from './row.ts'
import {
  choice,
  countInQuery,
  flag,
  type HostileValues,
  idInQuery,
  RefusedWith,
  segment,
  text,
  textInQuery,
  wordInQuery,
} from './values.ts'

/** Somebody with a project of one model, and a dataset. */
const keeper = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  const workspaceId = person.userId
  const projectId = await aProject(house, workspaceId, 'roads')
  const modelId = await aModel(house, { workspaceId, projectId }, 'first')
  const datasetId = await aDataset(house, workspaceId, 'cats')
  return { owner: person.username, call, query, projectId, modelId, datasetId }
}

type Keeper = Awaited<ReturnType<typeof keeper>>

const trashing = (path: string, params: (kept: Keeper) => Record<string, string>): HostileRoute => {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  const isNamed = names.includes('owner')
  return {
    route: `DELETE /api/${path}`,
    base: async (house) => {
      const kept = await keeper(house)
      return { call: kept.call, params: params(kept), ...(isNamed ? {} : { query: kept.query }) }
    },
    fields: {
      path: Object.fromEntries(names.map((name) => [name, segment])),
      ...(isNamed ? {} : { query: manage }),
    },
  }
}

/** Something in the trash that a body names. */
const inTrash =
  (body: (id: string) => Record<string, unknown>) =>
  async (house: TestHouse): Promise<Base> => {
    const { call, query, datasetId } = await keeper(house)
    await call('DELETE', `/api/datasets/${datasetId}`)
    return { call, query, body: body(datasetId) }
  }

const byId = inTrash((id) => ({ id, type: 'dataset' }))
const byItemId = inTrash((itemId) => ({ itemId, type: 'dataset' }))
const id: HostileValues = { ...text({ max: 128 }), empty: '', "somebody else's": new RefusedWith(404, 'x') }
const type: HostileValues = {
  ...choice('dataset'),
  'what it is not': new RefusedWith(404, 'project'),
  everything: 'all',
}

const emptying = async (house: TestHouse): Promise<Base> => {
  const { call, query } = await session(house)
  return { call, query }
}

/** The routes of the trash and of storage. */
export const trashRoutes: HostileRoute[] = [
  trashing('projects/:id', ({ projectId }) => ({ id: projectId })),
  trashing('projects/:owner/:project', ({ owner }) => ({ owner, project: 'roads' })),
  trashing('models/:id', ({ modelId }) => ({ id: modelId })),
  trashing('models/:owner/:project/:model', ({ owner }) => ({ owner, project: 'roads', model: 'first' })),
  trashing('datasets/:id', ({ datasetId }) => ({ id: datasetId })),
  trashing('datasets/:owner/:dataset', ({ owner }) => ({ owner, dataset: 'cats' })),

  {
    route: 'GET /api/trash',
    base: async (house) => {
      const { call, query } = await session(house)
      const filters = { type: 'model', search: 'x', parent: 'f'.repeat(24), sort: 'largest' }
      return { call, query: { ...query, ...filters, page: '1', limit: '5' } }
    },
    fields: {
      query: {
        ...manage,
        type: wordInQuery('model'),
        search: textInQuery(200),
        parent: idInQuery,
        sort: wordInQuery('largest'),
        page: { ...countInQuery, 'one too many': '10001', 'past the rows a page reaches': '2001' },
        limit: { ...countInQuery, 'one too many': '201' },
      },
    },
  },
  {
    route: 'GET /api/trash',
    base: async (house) => {
      const { call, query } = await session(house)
      return { call, query: { ...query, sort: 'newest', cursor: '5' } }
    },
    fields: {
      query: {
        cursor: {
          ...textInQuery(200),
          text: 'abc',
          'a negative number': '-5',
          'a fraction': '1.5',
          'beyond exact numbers': '9007199254740993',
          'of the other order': '5-5',
          'a list': '1,2',
        },
      },
    },
  },
  { route: 'POST /api/trash', base: byId, fields: { query: manage, body: { id, type } } },
  { route: 'POST /api/trash', base: byItemId, fields: { body: { itemId: id, type, id: { beside: 'x' } } } },
  { route: 'DELETE /api/trash', base: byId, fields: { query: manage, body: { id, type } } },
  {
    route: 'DELETE /api/trash',
    base: byItemId,
    fields: { body: { itemId: id, type, id: { beside: 'x' }, all: { beside: true } } },
  },
  {
    route: 'DELETE /api/trash',
    base: async (house) => ({ ...(await emptying(house)), body: { all: true } }),
    fields: { body: { all: { ...flag, no: false }, id: { beside: 'x' } } },
  },
  { route: 'DELETE /api/trash/empty', base: emptying, fields: { query: manage } },
  { route: 'POST /api/trash/empty', base: emptying, fields: { query: manage } },
  {
    route: 'GET /api/trash/jobs/:id',
    base: async (house) => {
      const { call, query } = await session(house)
      const { jobId } = (await call('DELETE', '/api/trash/empty')).json()
      return { call, query, params: { id: jobId } }
    },
    fields: {
      path: { id: { ...segment, 'none of ours': new RefusedWith(404, 'f'.repeat(24)) } },
      query: manage,
    },
  },

  {
    route: 'GET /api/storage',
    base: async (house) => {
      const { call, query } = await session(house)
      return { call, query: { ...query, details: 'true' } }
    },
    fields: { query: { ...manage, details: wordInQuery('true') } },
  },
  { route: 'POST /api/storage/recalculate', base: emptying, fields: { query: manage } },
]
