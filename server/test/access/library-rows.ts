import type { Visibility } from '../../src/areas/library/table.ts'
import { secondsAfter } from '../../src/clock.ts'
import { signPath } from '../../src/crypto/signed-url.ts'
import { aStranger } from '../people.ts'
import { type AccessRow, alone, found, named, nobodysId, type Scene } from './row.ts'

/* Routes of projects, models, datasets and training. */

/** The same request for what is private and for what is public, where others may have it too. */
const both = (
  route: string,
  targets: AccessRow['targets'],
  ask: (visibility: Visibility) => AccessRow['ask'],
): AccessRow[] => [
  { route, about: 'private', targets, ask: ask('private') },
  { route, about: 'public', targets, isPublic: true, ask: ask('public') },
]

const ofModel =
  (visibility: Visibility) =>
  ({ owner, place }: Scene) => ({ query: { owner }, params: { id: place.library[visibility].modelId } })

const signed =
  (
    method: 'GET' | 'PUT',
    path: string,
    find: (scene: Scene) => Promise<Record<string, string>> | Record<string, string>,
  ) =>
  async (scene: Scene) => {
    const params = await find(scene)
    const { house } = scene.world
    const address = path.replace(/:(\w+)/g, (_all, name) => params[name] ?? '')
    const link = signPath(house.keyRing, method, address, secondsAfter(house.clock.now(), 3600))
    return {
      params,
      query: Object.fromEntries(new URL(link, 'http://localhost').searchParams),
      ...octets(scene, method),
    }
  }

/** Uploads are bytes, not JSON. */
const octets = ({ asker }: Scene, method: string) =>
  method === 'GET'
    ? {}
    : {
        headers: { 'content-type': 'application/octet-stream' },
        call: ((verb, url, _body, headers) =>
          asker.call(verb, url, Buffer.from('weights'), headers)) as Scene['asker']['call'],
      }

/** A link of ours opens it for whoever has the link; the address alone does for nobody. */
const linked = (
  route: `${'GET' | 'PUT'} ${string}`,
  find: (scene: Scene) => Promise<Record<string, string>> | Record<string, string>,
): AccessRow[] => {
  const [method, path = ''] = route.split(' ') as ['GET' | 'PUT', string]
  return [
    { route, about: 'by a signed link', targets: alone, ask: signed(method, path, find) },
    {
      route,
      about: 'without a signature',
      targets: alone,
      ask: async (scene) => ({ params: await find(scene), ...octets(scene, method) }),
    },
  ]
}

/** The upload of the weights of the team's public model, which anybody may ask for. */
const weightsOf = async ({ world: { house, team } }: Scene): Promise<Record<string, string>> => {
  const { files } = (await aStranger(house)('GET', `/api/models/${team.library.public.modelId}/files`)).json()
  const [, , , cell = '', , id = '', name = ''] = new URL(files[0].downloadUrl).pathname.split('/')
  return { cell, id, name }
}

const started = {
  trainArgs: { model: 'yolo26n.pt', task: 'detect' },
  epochs: 3,
  device: 'cpu',
  environment: { os: 'Linux' },
}

export const libraryRows: AccessRow[] = [
  { route: 'GET /api/projects', targets: named, ask: ({ owner }) => ({ query: { owner } }) },
  {
    route: 'GET /api/projects',
    about: 'what somebody shows, by username',
    targets: named,
    isPublic: true,
    ask: ({ place }) => ({ query: { username: place.username } }),
  },
  ...both('GET /api/projects/:id', found, (visibility) => ({ owner, place }) => ({
    query: { owner },
    params: { id: place.library[visibility].projectId },
  })),
  {
    route: 'GET /api/projects/:id',
    about: 'what somebody shows, by username',
    targets: named,
    isPublic: true,
    ask: ({ place }) => ({ params: { id: place.username } }),
  },
  ...both('GET /api/projects/:owner/:project', named, (visibility) => ({ place }) => ({
    params: { owner: place.username, project: place.library[visibility].project },
  })),
  ...both('GET /api/models', found, (visibility) => ({ owner, place }) => ({
    query: { owner, projectId: place.library[visibility].projectId },
  })),
  ...both('GET /api/models/:id', found, ofModel),
  ...both('GET /api/models/:owner/:project/:model', named, (visibility) => ({ place }) => ({
    params: {
      owner: place.username,
      project: place.library[visibility].project,
      model: place.library[visibility].model,
    },
  })),
  ...both('GET /api/models/:id/files', found, ofModel),
  ...both('GET /api/models/:id/training', found, ofModel),
  ...both('GET /api/models/:id/console', found, ofModel),
  {
    route: 'DELETE /api/models/:id/training',
    about: 'private',
    targets: found,
    ask: async ({ owner, place }) => ({ query: { owner }, params: { id: await place.runningModel() } }),
  },
  {
    route: 'DELETE /api/models/:id/training',
    about: 'public',
    targets: ['other', 'cross'],
    ask: ofModel('public'),
  },

  {
    route: 'POST /api/webhooks/training/metrics',
    about: 'training_started in the workspace of the key',
    targets: alone,
    ask: () => ({ body: { event: 'training_started', project: 'begun', name: 'train', data: started } }),
  },
  {
    route: 'POST /api/webhooks/training/metrics',
    about: 'training_started in a workspace that is named',
    targets: named,
    ask: ({ place }) => ({
      body: { event: 'training_started', project: `${place.username}/begun`, name: 'train', data: started },
    }),
  },
  {
    route: 'POST /api/webhooks/training/metrics',
    about: 'training_started of a model that is there',
    targets: named,
    ask: async ({ place }) => ({
      body: { event: 'training_started', modelId: await place.runningModel(), data: started },
    }),
  },
  {
    route: 'POST /api/webhooks/training/metrics',
    about: 'epoch_end',
    targets: named,
    ask: async ({ place }) => ({
      body: { event: 'epoch_end', modelId: await place.runningModel(), data: { epoch: 0, metrics: {} } },
    }),
  },
  {
    route: 'POST /api/webhooks/models/upload',
    targets: named,
    ask: async ({ place }) => ({ body: { modelId: await place.runningModel(), filename: 'best.pt' } }),
  },
  ...both(
    'GET /api/webhooks/models/:username/:project/:model/download',
    named,
    (visibility) =>
      ({ place }) => ({
        params: {
          username: place.username,
          project: place.library[visibility].project,
          model: place.library[visibility].model,
        },
      }),
  ),
  ...both('GET /api/webhooks/datasets/:username/:dataset/export', named, (visibility) => ({ place }) => ({
    params: { username: place.username, dataset: place.datasets[visibility].slug },
  })),

  // The upload is nobody's: whoever gets past the signature is told so.
  ...linked('PUT /api/uploads/:cell/:id', () => ({ cell: 'us-1', id: nobodysId })),
  ...linked('GET /api/files/:cell/weights/:id/:name', weightsOf),
  ...linked('GET /api/files/:cell/datasets/:id/:name', ({ world: { team } }) => ({
    cell: 'us-1',
    id: team.datasets.private.id,
    name: 'private.ndjson',
  })),
  // Versions, images and thumbnails of nobody: whoever gets past the signature is told so.
  ...linked('GET /api/files/:cell/versions/:id/:name', () => ({
    cell: 'us-1',
    id: nobodysId,
    name: 'private.ndjson',
  })),
  ...linked('GET /api/files/:cell/thumbnails/:id/:name', () => ({
    cell: 'us-1',
    id: nobodysId,
    name: 'cat.webp',
  })),
  ...linked('GET /api/files/:cell/images/:id/:name', () => ({
    cell: 'us-1',
    id: nobodysId,
    name: 'cat.jpg',
  })),
]
