import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { freePort } from './free-port.ts'
import { startHaproxy } from './haproxy.ts'
import { missingPrograms } from './missing-programs.ts'

/* What operators are given to put before their nodes, here before servers that misbehave on purpose. */

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  endings.push(async () => void server.close())
  return (server.address() as AddressInfo).port
}
const aNode = (answer: RequestListener) => {
  const server = createServer((request, response) => {
    if (request.url === '/healthz') response.end('ok')
    else answer(request, response)
  })
  endings.push(async () => server.closeAllConnections())
  return listening(server)
}
const before = async (...ports: number[]): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'gh-'))
  const port = await freePort()
  const haproxy = await startHaproxy({ folder, binds: [`127.0.0.1:${port}`], ports })
  endings.push(async () => {
    await haproxy.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return `http://127.0.0.1:${port}`
}
const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work))

const missing = await missingPrograms()

describe.skipIf(missing)('HAProxy before several nodes', () => {
  test('what reaches no node is sent to another, changes too', async () => {
    const gone = await freePort()
    const url = await before(gone, await aNode((_, response) => response.end('done')))
    const replies = await times(6, async () => (await fetch(url, { method: 'POST', body: 'x' })).text())
    expect(replies).toEqual(replies.map(() => 'done'))
  })

  test('a question that a dying node took is asked again, a change is not', async () => {
    const taken: string[] = []
    const dying = await aNode(({ method, socket }) => {
      taken.push(method ?? '')
      socket.destroy()
    })
    const url = await before(dying, await aNode((_, response) => response.end('answered')))
    const questions = await times(6, async () => (await fetch(url)).text())
    expect(questions).toEqual(questions.map(() => 'answered'))
    taken.length = 0
    // 502, or on a connection that served before nothing at all.
    const change = () =>
      fetch(url, { method: 'POST', body: 'x' }).then(
        ({ status }) => status,
        () => 502,
      )
    const changes = await times(6, change)
    expect(changes.filter((status) => status === 502)).toHaveLength(taken.length)
    expect(taken.length).toBeGreaterThan(0)
  })

  test('the address of the caller comes last, whatever the caller says', async () => {
    const url = await before(
      await aNode(({ headers }, response) => response.end(String(headers['x-forwarded-for']))),
    )
    expect(await (await fetch(url)).text()).toBe('127.0.0.1')
    const forged = await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.1' } })
    expect(await forged.text()).toBe('203.0.113.1, 127.0.0.1')
  })

  test('weights of a training client arrive byte for byte, in a framing that is none', async () => {
    const node = createTcpServer({ allowHalfOpen: true }, async (socket) => {
      const received = await text(socket)
      if (received.startsWith('PUT')) arrived(received)
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
    let arrived = (_: string) => {}
    const arrival = new Promise<string>((done) => {
      arrived = done
    })
    const url = await before(await listening(node))
    const sent =
      'PUT /api/uploads/us-1/x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nbytes'
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true })
    socket.end(sent)
    expect(await arrival).toBe(sent)
    socket.destroy()
  })

  test('a body streams through while it is still being sent', async () => {
    const url = await before(
      await aNode((request, response) => {
        request.once('data', (chunk) => response.end(chunk))
      }),
    )
    let finish = () => {}
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('the first of it'))
        finish = () => controller.close()
      },
    })
    const reply = await fetch(url, { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(await reply.text()).toBe('the first of it')
    finish()
  })
})
