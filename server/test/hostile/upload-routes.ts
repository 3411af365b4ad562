import type { TestHouse } from '../test-house.ts'
import { anEmptyDataset, begin, send } from '../uploads.ts'
import { type Base, type HostileRoute, manage, session } from './row.ts'
import { choice, count, type HostileValues, RefusedWith, segment, text } from './values.ts'

/** Somebody who has begun an upload to a dataset of their own. */
export const uploading = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  const datasetId = await anEmptyDataset(house, person.userId)
  const { sessionId, uploadUrl } = (await begin(call, datasetId, 7)).json()
  return { call, query, datasetId, sessionId: String(sessionId), address: new URL(uploadUrl) }
}

const ofSession = async (house: TestHouse): Promise<Base> => {
  const { call, query, sessionId } = await uploading(house)
  return { call, query, params: { sessionId } }
}

const nobodys = new RefusedWith(404, 'f'.repeat(24))
const id: HostileValues = {
  ...text({ max: 24 }),
  empty: '',
  short: 'f'.repeat(23),
  capitals: 'F'.repeat(24),
  'no hex': 'g'.repeat(24),
  "nobody's": nobodys,
}

/** The routes by which files arrive; the addresses that take their bytes stand with the other signed ones. */
export const uploadRoutes: HostileRoute[] = [
  {
    route: 'POST /api/upload/signed-url',
    base: async (house) => {
      const { person, call, query } = await session(house)
      const assetId = await anEmptyDataset(house, person.userId)
      const file = {
        assetType: 'datasets',
        filename: 'set.zip',
        contentType: 'application/zip',
        totalBytes: 7,
      }
      return { call, query, body: { ...file, assetId } }
    },
    fields: {
      query: manage,
      body: {
        assetType: { ...choice('datasets'), 'what it is not': new RefusedWith(404, 'models') },
        assetId: { ...text({ max: 128 }), empty: '', "nobody's": nobodys },
        filename: {
          ...text({ max: 256 }),
          empty: '',
          spaces: '   ',
          'no ending': 'set',
          'another ending': 'set.zip.exe',
          'an ending and a space within': 'set.zi p',
        },
        contentType: { ...text({ max: 50 }), empty: '', spaces: '  ' },
        totalBytes: {
          ...count({}),
          zero: 0,
          'beyond 32 bits': new RefusedWith(403, 11 * 2 ** 30),
          'more than there is room for': new RefusedWith(403, 2 ** 52),
        },
        owner: text({ max: 64 }),
      },
    },
  },
  {
    route: 'POST /api/upload/complete',
    base: async (house) => {
      const { call, query, sessionId, address } = await uploading(house)
      await send(house, address.href, Buffer.from('archive'))
      return { call, query, body: { sessionId } }
    },
    fields: {
      query: manage,
      body: {
        sessionId: id,
        checksum: {
          ...text({ max: 64 }),
          empty: '',
          short: 'a'.repeat(63),
          'no hex': 'g'.repeat(64),
          'of another file': new RefusedWith(409, 'a'.repeat(64)),
        },
        owner: text({ max: 64 }),
      },
    },
  },
  {
    route: 'GET /api/upload/:sessionId',
    base: ofSession,
    fields: { query: manage, path: { sessionId: segment } },
  },
  {
    route: 'DELETE /api/upload/:sessionId',
    base: ofSession,
    fields: { query: manage, path: { sessionId: segment } },
  },
]
