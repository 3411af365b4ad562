import { addImages } from '../images.ts'
import type { TestHouse } from '../test-house.ts'
import { anEmptyDataset, begin, complete, send } from '../uploads.ts'
import {
  cursor,
  description,
  license,
  list,
  listed,
  manageBeside,
  map,
  newestFirst,
  ownerBeside,
  slug,
  title,
  word,
  words,
} from './library-routes.ts'
import { type Base, type HostileRoute, manage, session } from './row.ts'
import {
  choice,
  count,
  countInQuery,
  flag,
  type HostileValues,
  openMap,
  RefusedWith,
  segment,
  text,
  textInQuery,
  wordInQuery,
} from './values.ts'

const bodyBytesMax = 8 * 2 ** 20

/** Somebody with a dataset of one image, and a version of it. */
const maker = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  const { datasetId } = (await call('POST', '/api/datasets', { name: 'First set' })).json()
  await addImages(house, [{ workspaceId: person.userId, datasetId }])
  await call('POST', `/api/datasets/${datasetId}/export`, {})
  return { person, call, query, datasetId: datasetId as string }
}
type Maker = Awaited<ReturnType<typeof maker>>

const byId =
  (more: (made: Maker) => Omit<Base, 'call' | 'query'> & { query?: Record<string, string> } = () => ({})) =>
  async (house: TestHouse): Promise<Base> => {
    const made = await maker(house)
    const { query, ...rest } = more(made)
    return { call: made.call, params: { id: made.datasetId }, query: { ...made.query, ...query }, ...rest }
  }

const byPath =
  (more: Omit<Base, 'call' | 'params'> = {}, whose: 'owner' | 'username' = 'owner') =>
  async (house: TestHouse): Promise<Base> => {
    const { person, call } = await maker(house)
    return { call, params: { [whose]: person.username, dataset: 'first-set' }, ...more }
  }

const id = { id: segment }
const path = { owner: segment, dataset: segment }

const classNames: HostileValues = { ...list, 'one said twice': ['cat', 'cat'] }
const className: HostileValues = { ...text({ max: 100 }), empty: '', spaces: '  ' }

const newDataset = {
  slug,
  dataset: { ...slug, 'another slug': 'quite-another' },
  name: title,
  task: choice('segment'),
  description,
  visibility: choice('private'),
  classNames,
  'classNames[]': className,
  format: choice('yolo'),
  tags: words,
  'tags[]': word,
  license,
  metadata: map(17),
}
const aDatasetBody = {
  slug: 'second-set',
  dataset: 'second-set',
  name: 'Second set',
  task: 'segment',
  description: 'Of cats',
  visibility: 'private',
  classNames: ['cat'],
  format: 'yolo',
  tags: ['cats'],
  license: 'MIT',
  metadata: { note: 1 },
}

const { dataset: _dataset, format: _format, ...changed } = newDataset
const datasetChange = { ...changed, starred: flag }
const aChange = {
  slug: 'renamed-set',
  name: 'Renamed',
  task: 'segment',
  description: 'Of dogs',
  visibility: 'private',
  classNames: ['dog'],
  tags: ['dogs'],
  license: 'MIT',
  metadata: { note: 2 },
  starred: true,
}

const datasetCopy = { slug, name: title, description, visibility: choice('private'), owner: ownerBeside }
const aCopy = { slug: 'copied', name: 'Copied', description: 'Of cats', visibility: 'private' }

const ingesting = {
  sessionId: {
    ...text({ max: 24 }),
    empty: '',
    capitals: 'A'.repeat(24),
    'none of ours': new RefusedWith(404, 'f'.repeat(24)),
  },
  targetSplit: choice('val'),
  conflictPolicy: choice('skip'),
  classMapping: { ...openMap, null: null },
  'classMapping{}': text({ max: 100 }),
}
const anIngest = { targetSplit: 'val', conflictPolicy: 'skip', classMapping: { cat: 'dog' } }
const fromElsewhere: HostileValues = {
  'an address': 'https://example.com/set.zip',
  'a number': 1,
  null: null,
}

/** A file that was uploaded to a dataset of theirs. */
const uploadedTo = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  const datasetId = await anEmptyDataset(house, person.userId)
  const { sessionId, uploadUrl } = (await begin(call, datasetId, 4)).json()
  await send(house, uploadUrl, Buffer.from('none'))
  await complete({ call }, sessionId)
  const { slug: named } = (await call('GET', `/api/datasets/${datasetId}`)).json().dataset
  return { person, call, query, datasetId, sessionId, slug: named as string }
}

const imageQuery = {
  split: wordInQuery('train'),
  limit: { ...countInQuery, 'one too many': '201' },
  cursor: { ...textInQuery(100), empty: '', text: 'abc', 'no hex': 'g'.repeat(24) },
}
const versionsQuery = {
  limit: { ...countInQuery, 'one too many': '201' },
  cursor: {
    ...textInQuery(20),
    empty: '',
    text: 'abc',
    'below zero': '-1',
    'a fraction': '1.5',
    'beyond all': '9'.repeat(20),
  },
}
const exportQuery = { v: { ...countInQuery, 'one there is not': new RefusedWith(404, '99') } }
const versioning = { description: text({ max: 1000 }) }
const describing = {
  version: { ...count({}), zero: 0, 'one there is not': new RefusedWith(404, 99) },
  ...versioning,
}

export const datasetRoutes: HostileRoute[] = [
  {
    route: 'GET /api/datasets',
    base: async (house) => {
      const { call, query } = await session(house)
      const wanted = { slug: 'cats', limit: '5', region: 'us', starred: 'true', includeSamples: 'true' }
      return {
        call,
        query: { ...query, ...wanted, includeImageUrls: 'true', cursor: `1700000000000.${'a'.repeat(24)}` },
      }
    },
    fields: {
      query: {
        ...manage,
        cursor,
        slug: textInQuery(128),
        limit: { ...countInQuery, 'one too many': '1001' },
        region: wordInQuery('us'),
        starred: wordInQuery('true'),
        includeSamples: wordInQuery('true'),
        includeImageUrls: wordInQuery('true'),
      },
    },
  },
  {
    route: 'GET /api/datasets',
    base: async (house) => {
      const { person, call } = await session(house)
      return { call, query: { username: person.username } }
    },
    fields: { query: { username: textInQuery(64) } },
  },
  {
    route: 'GET /api/datasets',
    base: async (house) => {
      const { call, query } = await session(house)
      const narrowed = { task: 'detect', status: 'ready', visibility: 'public' }
      return { call, query: { ...query, ...newestFirst, ...narrowed } }
    },
    fields: {
      query: {
        ...listed,
        task: wordInQuery('detect'),
        status: wordInQuery('ready'),
        visibility: wordInQuery('public'),
      },
    },
  },
  { route: 'GET /api/datasets/:id', base: byId(), fields: { path: id, query: manage } },
  { route: 'GET /api/datasets/:owner/:dataset', base: byPath(), fields: { path } },
  {
    route: 'POST /api/datasets',
    base: byId(({ query }) => ({ params: {}, body: { ...aDatasetBody, owner: query.owner } })),
    bodyBytesMax,
    fields: { query: manageBeside, body: { ...newDataset, owner: ownerBeside } },
  },
  {
    route: 'POST /api/datasets/:owner',
    base: async (house) => {
      const { person, call } = await session(house)
      return { call, params: { owner: person.username }, body: aDatasetBody }
    },
    bodyBytesMax,
    fields: { path: { owner: segment }, body: newDataset },
  },
  {
    route: 'PATCH /api/datasets/:id',
    base: byId(() => ({ body: aChange })),
    takesNoField: true,
    bodyBytesMax,
    fields: { path: id, query: manage, body: datasetChange },
  },
  {
    route: 'PATCH /api/datasets/:owner/:dataset',
    base: byPath({ body: aChange }),
    takesNoField: true,
    bodyBytesMax,
    fields: { path, body: datasetChange },
  },
  {
    route: 'POST /api/datasets/:id/clone',
    base: byId(({ query }) => ({ body: { ...aCopy, owner: query.owner } })),
    takesNoField: true,
    bodyBytesMax,
    fields: { path: id, query: manageBeside, body: datasetCopy },
  },
  {
    route: 'POST /api/datasets/:username/:dataset/clone',
    base: async (house) => {
      const { person, call, query } = await maker(house)
      const params = { username: person.username, dataset: 'first-set' }
      return { call, query, params, body: { ...aCopy, owner: query.owner } }
    },
    takesNoField: true,
    bodyBytesMax,
    fields: { path: { username: segment, dataset: segment }, query: manageBeside, body: datasetCopy },
  },
  {
    route: 'POST /api/datasets/ingest',
    base: async (house) => {
      const { call, query, datasetId, sessionId } = await uploadedTo(house)
      return { call, query, body: { datasetId, sessionId, ...anIngest, owner: query.owner } }
    },
    bodyBytesMax,
    fields: {
      query: manageBeside,
      body: {
        ...ingesting,
        datasetId: { ...text({ max: 24 }), empty: '', 'none of ours': new RefusedWith(404, 'f'.repeat(24)) },
        sourceUrl: fromElsewhere,
        reference: fromElsewhere,
        owner: ownerBeside,
      },
    },
  },
  {
    route: 'POST /api/datasets/:owner/:dataset/ingest',
    base: async (house) => {
      const { person, call, sessionId, slug: dataset } = await uploadedTo(house)
      return { call, params: { owner: person.username, dataset }, body: { sessionId, ...anIngest } }
    },
    bodyBytesMax,
    fields: { path, body: { ...ingesting, sourceUrl: fromElsewhere, reference: fromElsewhere } },
  },
  {
    route: 'GET /api/datasets/:id/images',
    base: byId(() => ({ query: { split: 'train', limit: '5', cursor: 'a'.repeat(24) } })),
    fields: { path: id, query: { ...manage, ...imageQuery } },
  },
  {
    route: 'GET /api/datasets/:owner/:dataset/images',
    base: byPath({ query: { split: 'train', limit: '5', cursor: 'a'.repeat(24) } }),
    fields: { path, query: imageQuery },
  },
  {
    route: 'GET /api/datasets/:id/versions',
    base: byId(() => ({ query: { limit: '5', cursor: '9' } })),
    fields: { path: id, query: { ...manage, ...versionsQuery } },
  },
  {
    route: 'GET /api/datasets/:owner/:dataset/versions',
    base: byPath({ query: { limit: '5', cursor: '9' } }),
    fields: { path, query: versionsQuery },
  },
  {
    route: 'GET /api/datasets/:id/export',
    base: byId(() => ({ query: { v: '1' } })),
    fields: { path: id, query: { ...manage, ...exportQuery } },
  },
  {
    route: 'GET /api/datasets/:owner/:dataset/export',
    base: byPath({ query: { v: '1' } }),
    fields: { path, query: exportQuery },
  },
  {
    route: 'POST /api/datasets/:id/export',
    base: byId(() => ({ body: { description: 'As it began' } })),
    takesNoField: true,
    fields: { path: id, query: manage, body: versioning },
  },
  {
    route: 'POST /api/datasets/:owner/:dataset/export',
    base: byPath({ body: { description: 'As it began' } }),
    takesNoField: true,
    fields: { path, body: versioning },
  },
  {
    route: 'PATCH /api/datasets/:id/export',
    base: byId(() => ({ body: { version: 1, description: 'As it began' } })),
    fields: { path: id, query: manage, body: describing },
  },
  {
    route: 'PATCH /api/datasets/:owner/:dataset/export',
    base: byPath({ body: { version: 1, description: 'As it began' } }),
    fields: { path, body: describing },
  },
]
