import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { getUpload } from '#contract/uploads.ts'
import { anyone } from '../../../door/access.ts'
import type { House } from '../../../house.ts'
import { findByLink, findSendable } from './find-open.ts'
import { receivePart, spanOf } from './receive-part.ts'
import { receiveUpload } from './receive-upload.ts'
import { CellId, Id, requireSigned, Signature } from './signed-request.ts'
import { viewSession } from './view-session.ts'

const Params = z.object({ cell: CellId, id: Id })
const shape = { tags: ['Files'], security: [], params: Params, querystring: Signature }

const config = {
  access: anyone('guarded by a signature over method, path and expiry'),
  rate: 'unlimited',
} as const

/** The address that takes the bytes of an upload, and tells which are there. */
export const receiveRoutes = (app: FastifyInstance, house: House): void => {
  const { clock } = house
  const receiving = new Map<string, AbortController>()

  app.route({
    method: 'GET',
    url: '/api/uploads/:cell/:id',
    config,
    schema: {
      ...shape,
      summary: 'How far an upload has come, by its signed address',
      description:
        'The headers `Upload-Offset` (bytes without a gap from the start) and `Upload-Length` answer HEAD too.',
      response: { 200: getUpload.reply },
    },
    handler: async (request, reply) => {
      const { cell, id } = request.params as z.output<typeof Params>
      // Whoever may send the bytes may ask which are there.
      const place = requireSigned(house, request, 'PUT', cell)
      const at = clock.now()
      const { uploadUrl: _fresh, ...state } = await viewSession(
        house,
        place,
        await findByLink(place, id, at),
        at,
      )
      const [first] = state.received
      const offset = first?.from === 0 ? Math.min((first.to + 1) * state.partBytes, state.totalBytes) : 0
      reply.header('upload-offset', offset).header('upload-length', state.totalBytes)
      // A signed address does not prolong itself: the session's own route gives out a new one.
      const { expires } = request.query as { expires?: string }
      const expiresAt = new Date(Number(expires) * 1000).toISOString()
      return { ...state, uploadUrl: house.siteUrl() + request.url, expiresAt }
    },
  })

  app.register(async (raw) => {
    raw.removeAllContentTypeParsers()
    // The body is not read here: it flows from the socket to the store.
    raw.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined))

    raw.route({
      method: 'PUT',
      url: '/api/uploads/:cell/:id',
      config,
      schema: {
        ...shape,
        summary: 'Send the bytes of an upload',
        description:
          'To the address that the upload route returned. Whole; or of a session one part, which `Content-Range` names.',
        response: { 200: z.object({ success: z.literal(true) }) },
      },
      handler: async (request, reply) => {
        reply.header('connection', 'close')
        const { cell, id } = request.params as z.output<typeof Params>
        const place = requireSigned(house, request, 'PUT', cell)
        const at = clock.now()
        const upload = await findSendable(place, id, at)
        const contentRange = request.headers['content-range']
        const announced = lengthOf(request)
        const isSession = upload.totalBytes !== null
        const span = isSession || contentRange !== undefined ? spanOf(upload, contentRange, announced) : null
        const attempt = new AbortController()
        // A client that tries again has given up on its earlier try: of one upload, or one part of it, one stream at a time is taken in.
        const name = `${id} ${span?.number ?? ''}`
        receiving.get(name)?.abort()
        receiving.set(name, attempt)
        try {
          const body = { bytes: request.raw, announced, signal: attempt.signal }
          if (span) await receivePart(house, place, upload, span, body, at)
          else await receiveUpload(house, place, upload, body, request.id, at)
        } finally {
          if (receiving.get(name) === attempt) receiving.delete(name)
        }
        return { success: true as const }
      },
    })
  })
}

const lengthOf = ({ headers }: FastifyRequest): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length'])
