import { connect } from 'node:net'

/** Asks at `port` without a pause, `depth` requests under way at once, for as long as `next` gives one, and tells the status of every
 *  answer along with the time the request was written. A connection that breaks is told as status 0 and opened anew. Resolves when `next` has no more. */
export const keepAsking = (
  port: number,
  next: () => string | undefined,
  note: (status: number, sentMs: number) => void,
  depth = 1,
): Promise<void> =>
  new Promise((done) => {
    const open = () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      const sent: number[] = []
      let seen = ''
      let isOver = false
      const send = () => {
        let text = ''
        while (sent.length < depth) {
          const request = next()
          if (request === undefined) break
          text += request
          sent.push(performance.now())
        }
        if (text) socket.write(text)
        else if (sent.length === 0) finish(done)
      }
      const finish = (then: () => void) => {
        if (isOver) return
        isOver = true
        socket.destroy()
        then()
      }
      socket.on('connect', send)
      socket.setEncoding('latin1').on('data', (text: string) => {
        seen += text
        for (;;) {
          const end = seen.indexOf('\r\n\r\n')
          if (end < 0) break
          const length = Number(/\ncontent-length: (\d+)/i.exec(seen.slice(0, end))?.[1] ?? 0)
          if (seen.length < end + 4 + length) break
          note(Number(seen.slice(9, 12)), sent.shift() ?? 0)
          seen = seen.slice(end + 4 + length)
        }
        send()
      })
      const broke = () =>
        finish(() => {
          for (const sentMs of sent) note(0, sentMs)
          setTimeout(open, 50)
        })
      socket.on('error', broke)
      socket.on('close', broke)
    }
    open()
  })
