import { pipeline } from 'node:stream'
import { eq } from 'drizzle-orm'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cell } from '../../cells/cells.ts'
import { openStream } from '../../crypto/sealed-stream.ts'
import { isSignatureValid } from '../../crypto/signed-url.ts'
import { anyone } from '../../door/access.ts'
import { refuse } from '../../door/refusal.ts'
import type { House } from '../../house.ts'
import { loadDataKey } from '../accounts/data-key.ts'
import { imageKey, streamDatasetExport } from './dataset-export.ts'
import { weightsKey } from './models/weights.ts'
import { receiveUpload } from './receive-upload.ts'
import { datasetImages, uploads } from './table.ts'

const Signature = z.object({
  expires: z.string().max(20).optional(),
  signature: z.string().max(80).optional(),
})
const Id = z.string().regex(/^[0-9a-f]{24}$/)
const CellId = z.string().regex(/^[a-z]{2}-[0-9]{1,4}$/)
const File = z.object({ cell: CellId, id: Id, name: z.string().min(1).max(300) })

const tag = 'Files'
// The signature was made for somebody who was let through and counted then; it alone opens these.
const config = {
  access: anyone('guarded by a signature over method, path and expiry'),
  rate: 'unlimited',
} as const

/** Addresses that carry bytes. They are reached with signed links, without a key (SPEC 16.5, 16.6). */
export const fileRoutes = (app: FastifyInstance, house: House): void => {
  const { clock, keyRing, files, cells } = house

  const receiving = new Map<string, AbortController>()

  const requireSigned = (request: FastifyRequest, method: 'GET' | 'PUT', cellId: string): Cell => {
    const path = request.url.split('?')[0] ?? ''
    if (!isSignatureValid(keyRing, method, path, request.query as object, clock.now()))
      throw refuse('signature_invalid')
    return cells.get(cellId)
  }

  app.register(async (raw) => {
    raw.removeAllContentTypeParsers()
    // The body is not read here: it flows from the socket to the disk.
    raw.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))

    raw.route({
      method: 'PUT',
      url: '/api/uploads/:cell/:id',
      config,
      schema: {
        summary: 'Send the bytes of an upload',
        description: 'To the address that the upload route returned. Up to 1 GiB, once.',
        tags: [tag],
        security: [],
        params: z.object({ cell: CellId, id: Id }),
        querystring: Signature,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
      handler: async (request, reply) => {
        reply.header('connection', 'close')
        const { cell, id } = request.params as { cell: string; id: string }
        const place = requireSigned(request, 'PUT', cell)
        const length = request.headers['content-length']
        const announced = length === undefined ? undefined : Number(length)
        const attempt = new AbortController()
        // A client that tries again has given up on its earlier try: one address takes in one stream at a time.
        receiving.get(id)?.abort()
        receiving.set(id, attempt)
        try {
          const body = { bytes: request.raw, announced, signal: attempt.signal }
          await receiveUpload(house, place, id, body, request.id, clock.now())
        } finally {
          if (receiving.get(id) === attempt) receiving.delete(id)
        }
        return { success: true as const }
      },
    })
  })

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
        const { bytes, sizeBytes, type, attachment } = await handler(
          request,
          requireSigned(request, 'GET', cell),
          id,
        )
        reply.type(type).header('cache-control', 'private, max-age=3600')
        if (sizeBytes !== null) reply.header('content-length', sizeBytes)
        if (attachment) reply.header('content-disposition', 'attachment')
        return reply.send(bytes)
      },
    })

  download('weights', 'Download weights by a signed link', async (_request, cell, id) => {
    const [upload] = await cell.db.select().from(uploads).where(eq(uploads.id, id))
    if (!upload || upload.sizeBytes === null) throw refuse('upload_not_found')
    const bytes = await openFile(house, cell, upload.workspaceId, weightsKey(id))
    return { bytes, sizeBytes: upload.sizeBytes, type: 'application/octet-stream', attachment: true }
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
    const bytes = await openFile(house, cell, image.workspaceId, imageKey(id))
    return { bytes, sizeBytes: image.sizeBytes, type: 'application/octet-stream', attachment: false }
  })

  const openFile = async (
    { keyRing: ring }: Pick<House, 'keyRing'>,
    cell: Cell,
    workspaceId: string,
    key: string,
  ) => {
    const dataKey = await loadDataKey(cell.db, ring, workspaceId)
    const sealed = await files.read(cell.region, key)
    const opened = openStream(dataKey, key)
    // Whichever side ends early, a reader who leaves or a disk that fails, takes the other with it: no file stays open.
    pipeline(sealed, opened, () => {})
    return opened
  }
}

type FileReply = {
  bytes: NodeJS.ReadableStream
  sizeBytes: number | null
  type: string
  attachment: boolean
}
