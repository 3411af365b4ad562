import { randomBytes } from 'node:crypto'
import type { Visibility } from '../../src/areas/library/table.ts'
import { sendsPicture } from '../hostile/identity-bases.ts'
import { type AccessRow, alone, found, named, type Scene, withThing } from './row.ts'

/* Routes by which projects and models are made, changed and copied, and what hangs on them. */

const fresh = (): string => `made-${randomBytes(5).toString('hex')}`

/** The same request for what is private and for what is public, where others may have it too. */
const both = (
  route: string,
  targets: AccessRow['targets'],
  ask: (visibility: Visibility) => AccessRow['ask'],
): AccessRow[] => [
  { route, about: 'private', targets, ask: ask('private') },
  { route, about: 'public', targets, isPublic: true, ask: ask('public') },
]

const projectById =
  (body?: Record<string, unknown>) =>
  (visibility: Visibility) =>
  ({ owner, place }: Scene) => ({
    query: { owner },
    params: { id: place.library[visibility].projectId },
    ...(body ? { body } : {}),
  })

const modelById =
  (body?: Record<string, unknown>) =>
  (visibility: Visibility) =>
  ({ owner, place }: Scene) => ({
    query: { owner },
    params: { id: place.library[visibility].modelId },
    ...(body ? { body } : {}),
  })

const byPath =
  (whose: 'owner' | 'username', names: 'project' | 'model', body?: () => Record<string, unknown>) =>
  (visibility: Visibility) =>
  ({ owner, place }: Scene) => {
    const { project, model } = place.library[visibility]
    const path: Record<string, string> = names === 'model' ? { project, model } : { project }
    return {
      params: { ...path, [whose]: place.username },
      // The path names the original then, not where the copy goes.
      ...(whose === 'username' ? { query: { owner } } : {}),
      ...(body ? { body: body() } : {}),
    }
  }

const aPicture = 'a'.repeat(24)

/** Gives a project a picture, where there is such a project. */
const drawn = (visibility: Visibility) => async (scene: Scene) => {
  const { projectId } = scene.place.library[visibility]
  await run(
    scene,
    `insert into project_icons (project_id, workspace_id, id, webp)
     select id, workspace_id, '${aPicture}', 'x' from projects where id = $1
     on conflict (project_id) do update set id = excluded.id`,
    [projectId],
  )
  return { query: { owner: scene.owner }, params: { id: projectId, file: `${aPicture}.webp` } }
}

const oneInstance = JSON.stringify({ cpu: 1, memoryGi: 2, minInstances: 0, maxInstances: 1 })

const run = ({ world: { house } }: Scene, text: string, values: unknown[]) =>
  house.cells.get('us-1').pool.query(text, values)

/** Makes an export or a deployment of a model be there, under an id made of the model's. */
const hanging = (table: 'exports' | 'deployments') => async (scene: Scene) => {
  const { modelId } = scene.place.library.private
  const id = modelId.replace(/^./, (first) => (first === 'e' ? 'd' : 'e'))
  const [columns, values] =
    table === 'exports'
      ? ['format, status', "'onnx', 'completed'"]
      : ['name, region, status, resources', `'a', 'us', 'stopped', '${oneInstance}'`]
  await run(
    scene,
    `insert into ${table} (id, workspace_id, model_id, ${columns}, created_by, created_at, updated_at)
     select $1, workspace_id, id, ${values}, workspace_id, created_at, created_at from models where id = $2
     on conflict do nothing`,
    [id, modelId],
  )
  return { query: { owner: scene.owner }, params: { id } }
}

const plain = ({ owner }: Scene) => ({ query: { owner } })
const drawing = (path: 'id' | 'names') => (scene: Scene) => {
  const ask = path === 'id' ? projectById()('private')(scene) : byPath('owner', 'project')('private')(scene)
  return { ...ask, call: sendsPicture(scene.asker.call) }
}

export const makingRows: AccessRow[] = [
  {
    route: 'POST /api/projects',
    targets: named,
    ask: ({ owner }) => ({ query: { owner }, body: { slug: fresh() } }),
  },
  {
    route: 'POST /api/projects/:owner',
    targets: named,
    ask: ({ place }) => ({ params: { owner: place.username }, body: { project: fresh() } }),
  },
  ...both('PATCH /api/projects/:id', found, projectById({ tags: ['asked'] })),
  {
    route: 'PATCH /api/projects/:id',
    about: 'a star for what is public',
    targets: found,
    isPublic: true,
    ask: projectById({ starred: true })('public'),
  },
  ...both(
    'PATCH /api/projects/:owner/:project',
    named,
    byPath('owner', 'project', () => ({ tags: ['asked'] })),
  ),
  ...both('POST /api/projects/:id/clone', found, projectById({})),
  ...both(
    'POST /api/projects/:username/:project/clone',
    named,
    byPath('username', 'project', () => ({})),
  ),
  { route: 'POST /api/projects/:id/icon', targets: withThing, ask: drawing('id') },
  { route: 'POST /api/projects/:owner/:project/icon', targets: named, ask: drawing('names') },
  { route: 'DELETE /api/projects/:id/icon', targets: withThing, ask: projectById()('private') },
  {
    route: 'DELETE /api/projects/:owner/:project/icon',
    targets: named,
    ask: byPath('owner', 'project')('private'),
  },
  ...both('GET /api/projects/:id/icon/:file', ['team', 'cross'], (visibility) => async (scene) => {
    const { params } = await drawn(visibility)(scene)
    return { params }
  }),

  ...both('GET /api/models/:owner/:project', named, byPath('owner', 'project')),
  { route: 'GET /api/models/completed', targets: named, ask: plain },
  ...both('POST /api/models', found, (visibility) => ({ owner, place }) => ({
    query: { owner },
    body: { projectId: place.library[visibility].projectId, slug: fresh() },
  })),
  ...both(
    'POST /api/models/:owner/:project',
    named,
    byPath('owner', 'project', () => ({ model: fresh() })),
  ),
  ...both('PATCH /api/models/:id', found, modelById({ description: 'Asked' })),
  ...both(
    'PATCH /api/models/:owner/:project/:model',
    named,
    byPath('owner', 'model', () => ({ description: 'Asked' })),
  ),
  ...both('POST /api/models/:id/clone', found, modelById({ targetProjectSlug: 'private' })),
  ...both(
    'POST /api/models/:username/:project/:model/clone',
    named,
    byPath('username', 'model', () => ({ targetProjectSlug: 'private' })),
  ),
  ...both('POST /api/models/:id/track-download', found, modelById()),

  { route: 'GET /api/explore/search', targets: alone, ask: () => ({ query: { q: 'public' } }) },
  { route: 'GET /api/explore/sidebar', targets: alone, ask: () => ({}) },
  { route: 'GET /api/search', targets: named, ask: ({ owner }) => ({ query: { owner, q: 'private' } }) },
  { route: 'GET /api/account/summary', targets: named, ask: plain },

  { route: 'GET /api/exports', targets: named, ask: plain },
  ...both('POST /api/exports', found, (visibility) => ({ owner, place }) => ({
    query: { owner },
    body: { modelId: place.library[visibility].modelId, format: 'onnx' },
  })),
  { route: 'GET /api/exports/:id', targets: found, ask: hanging('exports') },
  { route: 'DELETE /api/exports/:id', targets: found, ask: hanging('exports') },
  { route: 'GET /api/deployments', targets: named, ask: plain },
  ...both('POST /api/deployments', found, (visibility) => ({ owner, place }) => ({
    query: { owner },
    body: { modelId: place.library[visibility].modelId, name: 'asked', region: 'us' },
  })),
  { route: 'GET /api/deployments/:id', targets: found, ask: hanging('deployments') },
  { route: 'POST /api/deployments/:id/start', targets: found, ask: hanging('deployments') },
  { route: 'DELETE /api/deployments/:id', targets: found, ask: hanging('deployments') },
]
