import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'

let house: TestHouse
let url: string
beforeAll(async () => {
  house = await startTestHouse()
  url = await house.listen()
})
afterAll(() => house.stop())

const megabytes = (n: number): Buffer => Buffer.alloc(n * 2 ** 20, ' ')

const signUp = async (agent: Agent, body: Buffer) => {
  const sent = request(`${url}/api/auth/sign-up`, {
    agent,
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json', 'content-length': body.length },
  })
  sent.end(body)
  const [reply] = await once(sent, 'response')
  return [reply.statusCode, JSON.parse(await text(reply)).reason]
}

test('whoever sends a body that is too long reads why, and goes on over the same connection', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ports = new Set<number>()
  agent.on('free', (socket) => ports.add(socket.localPort))
  for (const body of [megabytes(2), megabytes(15), Buffer.from('{')])
    expect(await signUp(agent, body)).toEqual(
      body.length > 1 ? [413, 'payload_too_large'] : [400, 'malformed_json'],
    )
  expect(ports.size).toBe(1)
  agent.destroy()
})
