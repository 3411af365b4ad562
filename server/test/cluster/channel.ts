import type { Socket } from 'node:net'
import { deserialize, serialize } from 'node:v8'

/** Calls in both directions over one connection. What is passed may hold buffers, maps, sets and dates, and nothing that acts. */
export type Channel = { call(name: string, ...args: unknown[]): Promise<unknown>; end(): void }

type Message =
  | { kind: 'call'; id: number; name: string; args: unknown[] }
  | { kind: 'answer'; id: number; value?: unknown; fault?: string }

/** Takes the calls of the other side with `answer`; a fault in it comes out there with the same words. */
export const openChannel = (
  socket: Socket,
  answer: (name: string, args: unknown[]) => Promise<unknown>,
): Channel => {
  let calls = 0
  const waiting = new Map<number, { done(value: unknown): void; failed(fault: Error): void }>()
  const send = (message: Message) => {
    const bytes = serialize(message)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    if (!socket.destroyed) socket.write(Buffer.concat([length, bytes]))
  }
  const take = (message: Message) => {
    if (message.kind === 'call') {
      const { id, name, args } = message
      answer(name, args).then(
        (value) => send({ kind: 'answer', id, value }),
        (fault: Error) => send({ kind: 'answer', id, fault: fault.message }),
      )
      return
    }
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.fault === undefined) asked?.done(message.value)
    else asked?.failed(new Error(message.fault))
  }
  let seen: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    seen = Buffer.concat([seen, chunk])
    while (seen.length >= 4 && seen.length >= 4 + seen.readUInt32BE()) {
      const end = 4 + seen.readUInt32BE()
      const message: Message = deserialize(seen.subarray(4, end))
      seen = seen.subarray(end)
      take(message)
    }
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    for (const { failed } of waiting.values()) failed(new Error('The other side went away'))
    waiting.clear()
  })
  return {
    call: (name, ...args) =>
      new Promise((done, failed) => {
        if (socket.destroyed) return failed(new Error('The other side went away'))
        const id = calls++
        waiting.set(id, { done, failed })
        send({ kind: 'call', id, name, args })
      }),
    end: () => void socket.end(),
  }
}
