import type { FastifyReply } from 'fastify'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { Arrivals } from './arrivals.ts'

/** How often a line that has nothing to say shows that it is open, and whoever listens is asked for anew. */
const heartbeatMs = 15_000
/** How many a person may have open in this process: a tab each, and some that were left behind. */
const streamsMax = 20
const retrySeconds = 10
/** A reader that has not taken in the end by then is cut off. */
const endingMs = 5000

/** The open lines of this process. */
export class Streams {
  private readonly arrivals: Arrivals
  private readonly open = new Map<string, Set<() => void>>()
  private readonly heartbeatMs: number
  constructor(arrivals: Arrivals, everyMs = heartbeatMs) {
    this.arrivals = arrivals
    this.heartbeatMs = everyMs
  }

  /** Answers with server-sent events until the reader goes away, the time is over or `mayStay` says no, which is asked with every heartbeat: after a
   *  sign-out or a removal the line tells nothing for longer than that. A reader that does not read is cut off, so that nothing
   *  gathers for it. Refuses with rate_limited. */
  start(reply: FastifyReply, actor: Actor, seconds: number, mayStay: () => Promise<boolean>): void {
    const own = this.open.get(actor.userId) ?? new Set()
    if (own.size >= streamsMax) throw refuse('rate_limited', { retryAfter: retrySeconds })
    this.open.set(actor.userId, own)
    reply.hijack()
    const { raw } = reply
    // A proxy in between must pass on each line as it comes.
    reply.header('content-type', 'text/event-stream; charset=utf-8')
    reply.header('cache-control', 'no-store, no-transform')
    reply.header('x-accel-buffering', 'no')
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value)
    raw.writeHead(200)
    // A connection that breaks off says so here, and closes.
    raw.on('error', () => {})
    const write = (text: string) => {
      if (raw.writableNeedDrain) raw.destroy()
      else if (!raw.writableEnded && !raw.destroyed) raw.write(text)
    }
    write(`retry: ${retrySeconds * 1000}\nevent: open\ndata: {}\n\n`)
    const { cell, id } = actor.workspace
    const stopHearing = this.arrivals.listen(cell, id, () => write('event: activity\ndata: {}\n\n'))
    const beat = setInterval(() => {
      write(': still here\n\n')
      mayStay().then(
        (stays) => stays || end(),
        () => end(),
      )
    }, this.heartbeatMs)
    const forget = () => {
      clearInterval(beat)
      clearTimeout(over)
      stopHearing()
      own.delete(end)
      if (own.size === 0 && this.open.get(actor.userId) === own) this.open.delete(actor.userId)
    }
    let cutting: NodeJS.Timeout | undefined
    const end = () => {
      forget()
      if (raw.writableEnded || raw.destroyed) return
      raw.end()
      cutting ??= setTimeout(() => raw.destroy(), endingMs).unref()
    }
    const over = setTimeout(end, seconds * 1000)
    own.add(end)
    raw.on('close', () => {
      clearTimeout(cutting)
      forget()
    })
    // Gone before anybody listened to that.
    if (raw.destroyed) forget()
  }

  /** Ends all of them: the server stops. */
  endAll(): void {
    for (const own of this.open.values()) for (const end of [...own]) end()
  }
}
