import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Receipt } from '#contract/receipt.ts'
import type { Cell } from '../cells/cells.ts'
import type { Clock } from '../clock.ts'
import type { Declaration } from './access.ts'
import type { Actor } from './actor.ts'
import { safeMethods } from './same-origin.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** Waits until no node accepts what was committed away in these cells. Refuses with store_unavailable. */
    settle(...cells: readonly [Cell, ...Cell[]]): Promise<void>
    /** The same in the cells of who is asking, with what to tell them of it. */
    receipt(): Promise<z.input<typeof Receipt>>
  }
}

export type SettlingOptions = {
  clock: Clock
  /** Waits until every node has heard of what was committed in this cell before. */
  settle: (cell: Cell) => Promise<{ confirmed: number; silent: number }>
  /** Told of each receipt that is given out: milliseconds from when the handler began until every node had confirmed. */
  noteReceipt: (tookMs: number, at: Date) => void
}

/** A change holds on every node before it is answered (ARCHITECTURE decision 4): whoever gives a receipt waits in the handler, and what
 *  no handler waited for is waited for here. */
export const installSettling = (app: FastifyInstance, options: SettlingOptions): void => {
  const settled = new WeakMap<FastifyRequest, Set<Cell>>()
  /** When the handler took over: bodies may take as long as their senders like. */
  const handledSince = new WeakMap<FastifyRequest, number>()
  app.addHook('preHandler', (request, _reply, done) => {
    handledSince.set(request, performance.now())
    done()
  })

  const settleIn = async (request: FastifyRequest, cells: readonly Cell[]) => {
    const before = settled.get(request) ?? new Set()
    settled.set(request, before)
    for (const cell of cells) before.add(cell)
    return Promise.all(cells.map(options.settle))
  }

  app.decorateReply('settle', async function settle(this: FastifyReply, ...cells: readonly Cell[]) {
    await settleIn(this.request, cells)
  })

  app.decorateReply('receipt', async function receipt(this: FastifyReply) {
    const { request } = this
    const told = await settleIn(request, cellsOf(request.actor))
    const at = options.clock.now()
    const tookMs = Math.round((performance.now() - (handledSince.get(request) ?? 0)) * 10) / 10
    options.noteReceipt(tookMs, at)
    return {
      effectiveAt: at.toISOString(),
      tookMs,
      nodes: Math.min(...told.map(({ confirmed }) => confirmed)),
      silentNodes: Math.max(...told.map(({ silent }) => silent)),
    }
  })

  app.addHook('onSend', async (request, reply) => {
    // What never reached its handler changed nothing. A handler's refusal may speak of what another request has just changed: who is told
    // that a key is gone can rely on it.
    if (request.is404 || !handledSince.has(request)) return
    if (reply.statusCode >= 400 && reply.statusCode < 500 && !tellsOfAbsence.has(reply.statusCode)) return
    if (!mayRevoke(request, request.routeOptions.config as unknown as Declaration)) return
    // Once for each request: when it fails, the answer that says so comes this way too.
    const left = cellsOf(request.actor).filter((cell) => !settled.get(request)?.has(cell))
    if (left.length > 0) await settleIn(request, left)
  })
}

const tellsOfAbsence = new Set([404, 409])

/** Where what somebody changes may be remembered: the workspace's cell, and the session's own. */
const cellsOf = (actor: Actor | null): Cell[] => {
  if (!actor) return []
  const { workspace, credential } = actor
  return [...new Set([workspace.cell, ...(credential.kind === 'session' ? [credential.cell] : [])])]
}

/** Whether what a request changes may be something that nodes remember. What training clients send many times a second is not. */
const mayRevoke = ({ method }: FastifyRequest, { rate, onlyAdds }: Declaration): boolean =>
  !safeMethods.has(method) && rate !== 'ingest' && !onlyAdds
