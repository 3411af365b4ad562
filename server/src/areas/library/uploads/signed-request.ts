import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Cell } from '../../../cells/cells.ts'
import { isSignatureValid } from '../../../crypto/signed-url.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'

/* What requests look like that a signature of ours lets through. */

export const Signature = z.object({
  expires: z.string().max(20).optional(),
  signature: z.string().max(80).optional(),
})
export const Id = z.string().regex(/^[0-9a-f]{24}$/)
export const CellId = z.string().regex(/^[a-z]{2}-[0-9]{1,4}$/)

/** The cell of an address that was signed for this method. Refuses with signature_invalid. */
export const requireSigned = (
  { keyRing, clock, cells }: Pick<House, 'keyRing' | 'clock' | 'cells'>,
  request: FastifyRequest,
  method: 'GET' | 'PUT',
  cellId: string,
): Cell => {
  const path = request.url.split('?')[0] ?? ''
  if (!isSignatureValid(keyRing, method, path, request.query as object, clock.now()))
    throw refuse('signature_invalid')
  return cells.get(cellId)
}
