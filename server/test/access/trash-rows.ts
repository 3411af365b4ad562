import type { TrashType } from '#contract/trash.ts'
import { type AccessRow, found, named, withThing } from './row.ts'

/* Routes that move something to the trash, of the trash itself, and of storage. */

const trashing = (type: TrashType, byPath: string): AccessRow[] => [
  {
    route: `DELETE /api/${type}s/:id`,
    targets: found,
    ask: async ({ owner, place }) => ({
      query: { owner },
      params: { id: (await place.disposables.living(type)).id },
    }),
  },
  {
    route: `DELETE /api/${type}s/${byPath}`,
    targets: named,
    ask: async ({ place }) => {
      const { project, slug } = await place.disposables.living(type)
      const params: Record<string, string> = { owner: place.username, [type]: slug }
      if (type === 'model') params.project = project
      return { params }
    },
  },
]

const withItem = (route: string): AccessRow => ({
  route,
  about: 'one thing',
  targets: withThing,
  ask: async ({ owner, place }) => ({
    query: { owner },
    body: { id: (await place.disposables.trashed('dataset')).id, type: 'dataset' },
  }),
})

const ofOwner = (route: string, body?: Record<string, unknown>): AccessRow => ({
  route,
  ...(body ? { about: 'everything' } : {}),
  targets: named,
  ask: ({ owner }) => ({ query: { owner }, ...(body ? { body } : {}) }),
})

export const trashRows: AccessRow[] = [
  ...trashing('project', ':owner/:project'),
  ...trashing('model', ':owner/:project/:model'),
  ...trashing('dataset', ':owner/:dataset'),
  ofOwner('GET /api/trash'),
  withItem('POST /api/trash'),
  withItem('DELETE /api/trash'),
  ofOwner('DELETE /api/trash', { all: true }),
  ofOwner('DELETE /api/trash/empty'),
  ofOwner('POST /api/trash/empty'),
  {
    route: 'GET /api/trash/jobs/:id',
    targets: withThing,
    ask: async ({ owner, place }) => ({
      query: { owner },
      params: { id: await place.disposables.emptying() },
    }),
  },
  ofOwner('GET /api/storage'),
  {
    route: 'POST /api/storage/recalculate',
    targets: named,
    ask: async ({ owner, world }) => {
      // Once a minute is for each workspace, not for each who asks.
      await world.house.cells.get('us-1').pool.query('update workspaces set storage_recalculated_at = null')
      return { query: { owner } }
    },
  },
]
