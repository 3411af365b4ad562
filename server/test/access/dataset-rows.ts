import { randomBytes } from 'node:crypto'
import type { Visibility } from '../../src/areas/library/table.ts'
import { type AccessRow, found, named, type Scene } from './row.ts'

/* Routes of datasets. */

type More = { query?: Record<string, string>; body?: () => Record<string, unknown> }

/** The same request for what is private and for what is public, where others may have it too. */
const both = (
  route: string,
  targets: AccessRow['targets'],
  ask: (visibility: Visibility) => AccessRow['ask'],
): AccessRow[] => [
  { route, about: 'private', targets, ask: ask('private') },
  { route, about: 'public', targets, isPublic: true, ask: ask('public') },
]

const fresh = (): string => `made-${randomBytes(5).toString('hex')}`

const byId =
  ({ query = {}, body }: More = {}) =>
  (visibility: Visibility) =>
  ({ owner, place }: Scene) => ({
    query: { owner, ...query },
    params: { id: place.datasets[visibility].id },
    ...(body ? { body: body() } : {}),
  })

const byPath =
  ({ body }: More = {}) =>
  (visibility: Visibility) =>
  ({ place }: Scene) => ({
    params: { owner: place.username, dataset: place.datasets[visibility].slug },
    ...(body ? { body: body() } : {}),
  })

/** A request by id, and the same by path. */
const inBothWays = (method: string, rest: string, more: More = {}): AccessRow[] => [
  ...both(`${method} /api/datasets/:id${rest}`, found, byId(more)),
  ...both(`${method} /api/datasets/:owner/:dataset${rest}`, named, byPath(more)),
]

const describing = () => ({ description: 'Asked' })
/** Whoever is let through hears that nothing is fetched from elsewhere. */
const fromElsewhere = () => ({ sourceUrl: 'https://example.com/set.zip' })

export const datasetRows: AccessRow[] = [
  { route: 'GET /api/datasets', targets: named, ask: ({ owner }) => ({ query: { owner } }) },
  {
    route: 'GET /api/datasets',
    about: 'what somebody shows, by username',
    targets: named,
    isPublic: true,
    ask: ({ place }) => ({ query: { username: place.username } }),
  },
  ...inBothWays('GET', ''),
  {
    route: 'GET /api/datasets/:id',
    about: 'what somebody shows, by username',
    targets: named,
    isPublic: true,
    ask: ({ place }) => ({ params: { id: place.username } }),
  },
  {
    route: 'POST /api/datasets',
    targets: named,
    ask: ({ owner }) => ({ query: { owner }, body: { slug: fresh() } }),
  },
  {
    route: 'POST /api/datasets/:owner',
    targets: named,
    ask: ({ place }) => ({ params: { owner: place.username }, body: { dataset: fresh() } }),
  },
  ...inBothWays('PATCH', '', { body: describing }),
  {
    route: 'PATCH /api/datasets/:id',
    about: 'a star for what is public',
    targets: found,
    isPublic: true,
    ask: byId({ body: () => ({ starred: true }) })('public'),
  },
  ...both('POST /api/datasets/:id/clone', found, byId({ body: () => ({}) })),
  ...both('POST /api/datasets/:username/:dataset/clone', named, (visibility) => ({ owner, place }) => ({
    query: { owner },
    params: { username: place.username, dataset: place.datasets[visibility].slug },
    body: {},
  })),
  ...both('POST /api/datasets/ingest', found, (visibility) => ({ owner, place }) => ({
    query: { owner },
    body: { datasetId: place.datasets[visibility].id, ...fromElsewhere() },
  })),
  ...both('POST /api/datasets/:owner/:dataset/ingest', named, byPath({ body: fromElsewhere })),
  ...inBothWays('GET', '/images'),
  ...inBothWays('GET', '/versions'),
  ...inBothWays('GET', '/export'),
  ...inBothWays('POST', '/export', { body: describing }),
  ...inBothWays('PATCH', '/export', { body: () => ({ version: 1, ...describing() }) }),
]
