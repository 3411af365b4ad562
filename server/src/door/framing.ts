import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/* A training client sends weights with both Content-Length and Transfer-Encoding: chunked while the body is plain (SPEC 16.5).
   Node's parser refuses that pair, rightly: two readers who disagree about where a request ends are how requests are smuggled. So
   connections are looked at before the parser sees them, and only for a PUT to an upload address that carries both headers the
   second is dropped. Such a connection serves that one request and is closed, so nothing behind it can be mistaken for another. */

const headBytesMax = 16 * 1024
const headMsMax = 10_000
const opening = Buffer.from('PUT /api/uploads/')
const headEnd = Buffer.from('\r\n\r\n')

/** Mends the framing of uploads on every new connection of `server` and hands everything else to Node's parser untouched. Only the
 *  first request of a connection is looked at: clients open a new one for each upload. */
export const mendUploadFraming = (server: Server): void => {
  const parse = server.listeners('connection') as ((socket: Socket) => void)[]
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    lookAhead(socket, (first) => {
      if (first.length) socket.unshift(first)
      for (const listener of parse) listener.call(server, socket)
    })
  })
}

/** Reads until it is clear what the connection opens with, then passes on all that was read. */
const lookAhead = (socket: Socket, handOver: (first: Buffer) => void): void => {
  let seen: Buffer = Buffer.alloc(0)
  const timer = setTimeout(() => socket.destroy(), headMsMax)
  const finish = (first: Buffer): void => {
    stop()
    socket.pause()
    handOver(first)
    socket.resume()
  }
  const look = (chunk: Buffer): void => {
    seen = seen.length ? Buffer.concat([seen, chunk]) : chunk
    const known = Math.min(seen.length, opening.length)
    const end = seen.indexOf(headEnd)
    if (seen.compare(opening, 0, known, 0, known) !== 0) finish(seen)
    else if (end >= 0) finish(mendHead(seen, end))
    else if (seen.length > headBytesMax) finish(seen)
  }
  const abandon = (): void => {
    stop()
    socket.destroy()
  }
  const stop = (): void => {
    clearTimeout(timer)
    socket.removeListener('data', look)
    socket.removeListener('error', abandon)
    socket.removeListener('end', abandon)
    socket.removeListener('close', stop)
  }
  socket.on('data', look)
  socket.on('error', abandon)
  socket.on('end', abandon)
  socket.on('close', stop)
}

/** Drops Transfer-Encoding when it stands beside exactly one Content-Length of digits, and asks for the connection to be closed. */
const mendHead = (bytes: Buffer, end: number): Buffer => {
  const lines = bytes.toString('latin1', 0, end).split('\r\n')
  const named = (name: RegExp) => lines.filter((line) => name.test(line))
  const lengths = named(/^content-length:/i)
  const encodings = named(/^transfer-encoding:/i)
  const isPlain = lengths.length === 1 && /^content-length:\s*\d{1,15}\s*$/i.test(lengths[0] ?? '')
  const isChunked = encodings.length === 1 && /^transfer-encoding:\s*chunked\s*$/i.test(encodings[0] ?? '')
  if (!isPlain || !isChunked) return bytes
  const kept = lines.filter((line) => !/^(transfer-encoding|connection|keep-alive):/i.test(line))
  const head = Buffer.from(`${[...kept, 'Connection: close'].join('\r\n')}\r\n\r\n`, 'latin1')
  return Buffer.concat([head, bytes.subarray(end + headEnd.length)])
}
