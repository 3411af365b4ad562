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

/** Nobody works here, so copies and files that were asked for would stand in the way of others. */
const dropJobs = async ({ cells }: Scene['world']['house']): Promise<void> => {
  for (const { pool } of cells.all) await pool.query('delete from dataset_jobs')
}

/** Has a file wait for a dataset that nothing is being taken into, under an id made of the dataset's. */
const waiting = async ({ world: { house } }: Scene, datasetId: string): Promise<string> => {
  const { pool } = house.cells.get('us-1')
  const id = datasetId.replace(/^./, (first) => (first === 'e' ? 'd' : 'e'))
  await dropJobs(house)
  await pool.query(`update datasets set status = 'ready' where id = $1`, [datasetId])
  await pool.query(
    `insert into uploads (id, workspace_id, dataset_id, asset_type, started_by, filename, state, total_bytes, part_bytes,
       size_bytes, created_at, expires_at)
     select $1, workspace_id, id, 'datasets', workspace_id, 'set.zip', 'stored', 1, 1, 0, created_at, created_at
     from datasets where id = $2 on conflict do nothing`,
    [id, datasetId],
  )
  return id
}

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
  ...both('POST /api/datasets/:id/clone', found, (visibility) => async (scene) => {
    await dropJobs(scene.world.house)
    return byId({ body: () => ({}) })(visibility)(scene)
  }),
  ...both('POST /api/datasets/:username/:dataset/clone', named, (visibility) => async (scene) => {
    const { owner, place, world } = scene
    await dropJobs(world.house)
    const params = { username: place.username, dataset: place.datasets[visibility].slug }
    return { query: { owner }, params, body: {} }
  }),
  ...both('POST /api/datasets/ingest', found, (visibility) => async (scene) => {
    const datasetId = scene.place.datasets[visibility].id
    const sessionId = await waiting(scene, datasetId)
    return { query: { owner: scene.owner }, body: { datasetId, sessionId } }
  }),
  ...both('POST /api/datasets/:owner/:dataset/ingest', named, (visibility) => async (scene) => ({
    ...byPath()(visibility)(scene),
    body: { sessionId: await waiting(scene, scene.place.datasets[visibility].id) },
  })),
  ...inBothWays('GET', '/images'),
  ...inBothWays('GET', '/versions'),
  ...inBothWays('GET', '/export'),
  ...inBothWays('POST', '/export', { body: describing }),
  ...inBothWays('PATCH', '/export', { body: () => ({ version: 1, ...describing() }) }),
]
