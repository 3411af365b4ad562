import { connect } from 'node:net'

/** Sends bytes as they are on a connection of their own, and gives what came back until the other side closed or was silent. */
export const exchange = (
  url: string,
  pieces: (string | Buffer)[],
  { silentMs = 400, end = false } = {},
): Promise<Exchange> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    const { port } = new URL(url)
    const socket = connect({ port: Number(port), host: '127.0.0.1' })
    let closed = false
    let timer = setTimeout(() => socket.destroy(), 5000)
    const hush = () => {
      clearTimeout(timer)
      timer = setTimeout(() => finish(), silentMs)
    }
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(readExchange(Buffer.concat(chunks), closed))
    }
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      hush()
    })
    socket.on('error', () => {})
    socket.on('end', () => {
      closed = true
      finish()
    })
    socket.on('close', finish)
    socket.on('connect', async () => {
      for (const piece of pieces) {
        socket.write(piece)
        await new Promise((next) => setTimeout(next, 5))
      }
      if (end) socket.end()
    })
  })

export type Exchange = {
  /** Every answer on the connection, in order. */
  answers: { statusCode: number; headers: Record<string, string>; body: string }[]
  closed: boolean
  text: string
}

const readExchange = (bytes: Buffer, closed: boolean): Exchange => {
  const text = bytes.toString('latin1')
  const answers: Exchange['answers'] = []
  let at = 0
  while (at < text.length) {
    const end = text.indexOf('\r\n\r\n', at)
    if (end < 0) break
    const [first = '', ...lines] = text.slice(at, end).split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    )
    const statusCode = Number(first.split(' ')[1])
    const length = Number(headers['content-length'] ?? 0)
    const body = bytes.subarray(end + 4, end + 4 + length).toString('utf8')
    if (statusCode !== 100) answers.push({ statusCode, headers, body })
    at = end + 4 + length
  }
  return { answers, closed, text }
}
