import { eq } from 'drizzle-orm'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cell } from '../../../cells/cells.ts'
import { anyone } from '../../../door/access.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { imageKey, streamDatasetExport } from '../dataset-export.ts'
import { datasetImages, uploads } from '../table.ts'
import { byteRangeOf } from './byte-range.ts'
import { readSealed, readUpload } from './read-upload.ts'
import { receiveRoutes } from './receive-routes.ts'
import { CellId, Id, requireSigned, Signature } from './signed-request.ts'

const File = z.object({ cell: CellId, id: Id, name: z.string().min(1).max(300) })

const tag = 'Files'
// The signature was made for somebody who was let through and counted then; it alone opens these.
const config = {
  access: anyone('guarded by a signature over method, path and expiry'),
  rate: 'unlimited',
} as const

/** Addresses that carry bytes. They are reached with signed links, without a key (SPEC 16.5, 16.6). */
export const fileRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house
  receiveRoutes(app, house)

  const download = (
    kind: string,
    summary: string,
    handler: (request: FastifyRequest, cell: Cell, id: string) => Promise<FileReply>,
  ) =>
    app.route({
      method: 'GET',
      url: `/api/files/:cell/${kind}/:id/:name`,
      config,
      schema: { summary, tags: [tag], security: [], params: File, querystring: Signature },
      handler: async (request, reply) => {
        const { cell, id } = request.params as z.output<typeof File>
        const place = requireSigned(house, request, 'GET', cell)
        const { bytes, sizeBytes, type, attachment, part } = await handler(request, place, id)
        reply.type(type).header('cache-control', 'private, max-age=3600')
        if (sizeBytes !== null) reply.header('content-length', sizeBytes)
        if (attachment) reply.header('content-disposition', 'attachment')
        if (part) reply.header('accept-ranges', 'bytes').header('etag', part.etag)
        if (part?.contentRange) reply.code(206).header('content-range', part.contentRange)
        return reply.send(bytes)
      },
    })

  download('weights', 'Download weights by a signed link', async (request, cell, id) => {
    const [upload] = await cell.db.select().from(uploads).where(eq(uploads.id, id))
    if (!upload || upload.sizeBytes === null) throw refuse('upload_not_found')
    const { sizeBytes } = upload
    // What is stored under an id never changes.
    const etag = `"${id}"`
    const sameFile = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    const range = sameFile ? byteRangeOf(request.headers.range, sizeBytes) : undefined
    return {
      bytes: await readUpload(house, cell, upload, range),
      sizeBytes: range ? range.end - range.start : sizeBytes,
      type: 'application/octet-stream',
      attachment: true,
      part: range ? { etag, contentRange: `bytes ${range.start}-${range.end - 1}/${sizeBytes}` } : { etag },
    }
  })

  download('datasets', 'Download a dataset as NDJSON by a signed link', async (_request, cell, id) => ({
    bytes: await streamDatasetExport(house, cell, id, clock.now()),
    sizeBytes: null,
    type: 'application/x-ndjson',
    attachment: true,
  }))

  download('images', 'Download an image by a signed link', async (_request, cell, id) => {
    const [image] = await cell.db.select().from(datasetImages).where(eq(datasetImages.id, id))
    if (!image) throw refuse('dataset_not_found')
    const dataKey = await loadDataKey(cell.db, house.keyRing, image.workspaceId)
    const bytes = await readSealed(house, cell, dataKey, imageKey(id))
    return { bytes, sizeBytes: image.sizeBytes, type: 'application/octet-stream', attachment: false }
  })
}

type FileReply = {
  bytes: NodeJS.ReadableStream
  sizeBytes: number | null
  type: string
  attachment: boolean
  /** Where parts of it can be had; and which one this is. */
  part?: { etag: string; contentRange?: string }
}
