import { connect } from 'node:net'

export type RawReply = {
  status: number
  headers: Record<string, string>
  body: Buffer
  json(): Record<string, unknown>
}

type RawRequest = {
  method: string
  url: string
  headers?: Record<string, string>
  /** Written after the head exactly as given, in these pieces. */
  pieces?: Buffer[]
}

/** Writes one request to a socket byte for byte as the Python client's HTTP library does, and reads the reply until the server
 *  closes or the announced length is there. */
export const sendRaw = ({ method, url, headers = {}, pieces = [] }: RawRequest): Promise<RawReply> => {
  const { hostname, port, pathname, search } = new URL(url)
  const head = [
    `${method} ${pathname}${search} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'User-Agent: python-requests/2.34.2',
    'Accept-Encoding: gzip, deflate',
    'Accept: */*',
    'Connection: keep-alive',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n')
  return new Promise((done, failed) => {
    const socket = connect(Number(port), '127.0.0.1')
    let received = Buffer.alloc(0)
    const finish = (): void => {
      const reply = parseReply(received, method)
      if (!reply) return
      socket.destroy()
      done(reply)
    }
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      finish()
    })
    socket.on('end', () => {
      finish()
      failed(new Error(`The connection ended after: ${received.toString('latin1').slice(0, 200)}`))
    })
    socket.on('error', failed)
    socket.on('connect', async () => {
      socket.write(`${head}\r\n\r\n`)
      for (const piece of pieces) {
        if (socket.destroyed) return
        if (!socket.write(piece)) await new Promise((drained) => socket.once('drain', drained))
      }
    })
  })
}

const parseReply = (bytes: Buffer, method: string): RawReply | undefined => {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  let body: Buffer = bytes.subarray(end + 4)
  if (method !== 'HEAD') {
    if (headers['transfer-encoding'] === 'chunked') {
      const whole = joinChunks(body)
      if (!whole) return undefined
      body = whole
    } else if (body.length < Number(headers['content-length'] ?? 0)) return undefined
  }
  return { status: Number(first.split(' ')[1]), headers, body, json: () => JSON.parse(body.toString()) }
}

const joinChunks = (bytes: Buffer): Buffer | undefined => {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (size === 0) return Buffer.concat(parts)
    if (bytes.length < lineEnd + 2 + size + 2) return undefined
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}

/** Cuts bytes into the 64 KiB pieces that the client's generator yields. */
export const inPieces = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
    bytes.subarray(index * 65_536, (index + 1) * 65_536),
  )
