import { Readable } from 'node:stream'
import { and, eq, isNull } from 'drizzle-orm'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cell } from '../../../cells/cells.ts'
import { anyone } from '../../../door/access.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { inLivingWorkspace } from '../../workspaces/in-living-workspace.ts'
import { type Exported, findExported, findExportedVersion, streamExport } from '../datasets/export-dataset.ts'
import { findImage } from '../datasets/files/find-image.ts'
import { type Face, readImageFile } from '../datasets/files/image-file.ts'
import { models, type UploadRow, uploads } from '../table.ts'
import { byteRangeOf } from './byte-range.ts'
import { readUpload } from './read-upload.ts'
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
        const { open, sizeBytes, type, attachment, part } = await handler(request, place, id)
        // What answers HEAD is thrown away, so nothing is opened for it.
        const bytes = request.method === 'HEAD' ? Readable.from([]) : await open()
        reply.type(type).header('cache-control', 'private, max-age=3600')
        if (sizeBytes !== null) reply.header('content-length', sizeBytes)
        if (attachment) reply.header('content-disposition', 'attachment')
        if (part) reply.header('accept-ranges', 'bytes').header('etag', part.etag)
        if (part?.contentRange) reply.code(206).header('content-range', part.contentRange)
        return reply.send(bytes)
      },
    })

  download('weights', 'Download weights by a signed link', async (request, cell, id) => {
    const upload = await findWeights(cell, id)
    if (!upload || upload.sizeBytes === null) throw refuse('upload_not_found')
    const { sizeBytes } = upload
    // What is stored under an id never changes.
    const etag = `"${id}"`
    const sameFile = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    const range = sameFile ? byteRangeOf(request.headers.range, sizeBytes) : undefined
    return {
      open: () => readUpload(house, cell, upload, range),
      sizeBytes: range ? range.end - range.start : sizeBytes,
      type: 'application/octet-stream',
      attachment: true,
      part: range ? { etag, contentRange: `bytes ${range.start}-${range.end - 1}/${sizeBytes}` } : { etag },
    }
  })

  download('datasets', 'Download a dataset as NDJSON by a signed link', async (_request, cell, id) =>
    ndjson(house, cell, await findExported(cell, id), clock.now()),
  )

  download('versions', 'Download a version of a dataset as NDJSON by a signed link', async (_, cell, id) =>
    ndjson(house, cell, await findExportedVersion(cell, id), clock.now()),
  )

  download('images', 'Download an image by a signed link', (_request, cell, id) =>
    image(house, cell, id, 'full'),
  )

  download('thumbnails', 'Download the thumbnail of an image by a signed link', (_request, cell, id) =>
    image(house, cell, id, 'thumbnail'),
  )
}

const ndjson = (house: House, cell: Cell, exported: Exported, at: Date): FileReply => ({
  open: () => streamExport(house, cell, exported, at),
  sizeBytes: null,
  type: 'application/x-ndjson',
  attachment: true,
})

/** An image leaves under the type it was found to have, whatever its name says. */
const image = async (house: House, cell: Cell, id: string, face: Face): Promise<FileReply> => {
  const file = await findImage(cell, id)
  if (!file) throw refuse('dataset_not_found')
  return {
    open: () => readImageFile(house, cell, file, face),
    sizeBytes: face === 'full' ? file.sizeBytes : null,
    type: face === 'full' ? (file.type ?? 'application/octet-stream') : 'image/webp',
    attachment: false,
  }
}

type FileReply = {
  open: () => NodeJS.ReadableStream | Promise<NodeJS.ReadableStream>
  sizeBytes: number | null
  type: string
  attachment: boolean
  /** Where parts of it can be had; and which one this is. */
  part?: { etag: string; contentRange?: string }
}

/** A link outlives neither the model nor the workspace it leads into: what lies in the trash is not there. */
const findWeights = async ({ db }: Cell, uploadId: string): Promise<UploadRow | undefined> => {
  const [row] = await db
    .select({ upload: uploads })
    .from(uploads)
    .innerJoin(models, and(eq(models.id, uploads.modelId), isNull(models.trashedAt)))
    .where(
      and(eq(uploads.id, uploadId), eq(uploads.assetType, 'models'), inLivingWorkspace(uploads.workspaceId)),
    )
  return row?.upload
}
