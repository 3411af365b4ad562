import { connect, type Socket } from 'node:net'
import { keyValueOf } from './keys.ts'
import { median, quantile } from './numbers.ts'

/* The generator: a process of its own that keeps connections busy, each with one request at a time, over plain HTTP/1.1. It parses as
   little of a reply as it must, so that it costs less than what it measures. */

/** As whom requests come, in rotation: with the keys `from` … `from + count - 1`, where `once` stops when each was sent; with the
 *  `Cookie` headers of people who are signed in; or as nobody. */
export type Who =
  | { by: 'keys'; from: number; count: number; once: boolean }
  | { by: 'cookies'; cookies: readonly string[] }
  | null

/** Asks for `path` for `seconds`, over connections in turn to each of the ports. GET, or POST with a body of JSON. */
export type Burst = {
  ports: readonly number[]
  path: string
  body?: string
  connections: number
  seconds: number
  who: Who
}

/** `statuses` counts replies by status; times are in milliseconds. */
export type Measured = {
  requests: number
  seconds: number
  p50Ms: number
  p99Ms: number
  /** How much of one core the generator itself used: near 1 it is what limits the throughput. */
  generatorShare: number
  statuses: Record<string, number>
}

const requestOf = ({ path, body }: Burst, ...more: string[]): Buffer =>
  Buffer.from(
    [
      `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1`,
      'Host: localhost',
      'User-Agent: bench',
      ...more,
      ...(body === undefined
        ? []
        : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
      '',
      body ?? '',
    ].join('\r\n'),
  )

const requestsOf = (burst: Burst): Buffer[] => {
  const { who } = burst
  if (!who) return [requestOf(burst)]
  if (who.by === 'cookies') return who.cookies.map((cookie) => requestOf(burst, `Cookie: ${cookie}`))
  return Array.from({ length: who.count }, (_, n) =>
    requestOf(burst, `Authorization: Bearer ${keyValueOf(who.from + n)}`),
  )
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })

const measure = async (burst: Burst): Promise<Measured> => {
  const { ports, connections, who } = burst
  const requests = requestsOf(burst)
  const isOnce = who?.by === 'keys' && who.once
  const sockets = await Promise.all(
    Array.from({ length: connections }, (_, n) => open(ports[n % ports.length] ?? 0)),
  )
  const times: number[] = []
  const statuses: Record<string, number> = {}
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  const endMs = began + burst.seconds * 1000
  let sent = 0
  const next = (): Buffer | undefined => {
    if (performance.now() >= endMs || (isOnce && sent >= requests.length)) return undefined
    return requests[sent++ % requests.length]
  }
  const note = (status: string, ms: number) => {
    statuses[status] = (statuses[status] ?? 0) + 1
    times.push(ms)
  }
  await Promise.all(sockets.map((socket) => keepBusy(socket, next, note)))
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  return {
    requests: times.length,
    seconds,
    p50Ms: median(times),
    p99Ms: quantile(times, 0.99),
    generatorShare: (user + system) / 1e6 / seconds,
    statuses,
  }
}

/** Sends one request after the other until there is no next. Replies carry a content-length. */
const keepBusy = (
  socket: Socket,
  next: () => Buffer | undefined,
  note: (status: string, ms: number) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let sentMs = 0
    let reply: Buffer | undefined
    const send = () => {
      const request = next()
      if (!request) {
        socket.removeAllListeners('close')
        socket.destroy()
        resolve()
        return
      }
      sentMs = performance.now()
      socket.write(request)
    }
    socket.on('data', (chunk) => {
      reply = reply ? Buffer.concat([reply, chunk]) : chunk
      const end = reply.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = reply.toString('latin1', 0, end)
      const length = Number(/\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (reply.length < end + 4 + length) return
      reply = undefined
      note(head.slice(9, 12), performance.now() - sentMs)
      send()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('The server closed a connection in the middle')))
    send()
  })

process.on('message', (burst: Burst) => {
  measure(burst).then(
    (measured) => process.send?.({ measured }),
    (fault: Error) => process.send?.({ fault: fault.message }),
  )
})
process.on('disconnect', () => process.exit(0))
process.stdout.write('running\n')
