import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aKey, aPerson, type Person } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import type { Actor } from '../../../door/actor.ts'
import { Arrivals } from './arrivals.ts'
import { Streams } from './stream-activity.ts'

let house: TestHouse
let origin: string

beforeAll(async () => {
  house = await startTestHouse()
  origin = await house.listen()
})
afterAll(() => house.stop())

/** Opens a line and gathers what comes over it. */
const listen = async (person: Person, query = '') => {
  const stop = new AbortController()
  const reply = await fetch(`${origin}/api/activity/stream${query}`, {
    headers: { cookie: `gatehouse_session=${person.cookie}` },
    signal: stop.signal,
  })
  let text = ''
  const done = (async () => {
    for await (const chunk of reply.body ?? []) text += Buffer.from(chunk).toString()
  })().catch(() => {})
  return { reply, done, heard: () => text, stop: () => stop.abort() }
}

test('a line says that something is new, to those of the workspace and to nobody else', async () => {
  const [owner, member, other] = [await aPerson(house), await aPerson(house), await aPerson(house)]
  const { username } = await aTeam(house, [
    [owner, 'owner'],
    [member, 'viewer'],
  ])
  const line = await listen(member, `?owner=${username}`)
  const elsewhere = await listen(other)
  expect(line.reply.status).toBe(200)
  expect(line.reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(line.reply.headers.get('x-accel-buffering')).toBe('no')
  expect(line.reply.headers.get('x-content-type-options')).toBe('nosniff')
  await pause(1200)
  await owner.call('POST', `/api/settings?owner=${username}`, { company: 'Secret plans' })
  await vi.waitFor(() => expect(line.heard()).toContain('event: activity'), 5000)
  expect(line.heard()).not.toContain('Secret')
  expect(elsewhere.heard()).not.toContain('event: activity')
  line.stop()
  elsewhere.stop()
})

test('a line ends after the time that was asked for', async () => {
  const line = await listen(await aPerson(house), '?seconds=1')
  await line.done
  expect(line.heard()).toContain('event: open')
})

test('no key, no stranger and no outsider gets a line', async () => {
  const [person, other] = [await aPerson(house), await aPerson(house)]
  const key = await aKey(house, person, { scopes: ['admin', 'read', 'write'] })
  expect((await key.call('GET', '/api/activity/stream')).statusCode).toBe(403)
  expect((await fetch(`${origin}/api/activity/stream`)).status).toBe(401)
  expect((await other.call('GET', `/api/activity/stream?owner=${person.username}`)).statusCode).toBe(404)
})

test('a line ends with the heartbeat after its person may no longer be there, and one has so many', async () => {
  const person = await aPerson(house)
  const cell = house.cells.get('us-1')
  const streams = new Streams(new Arrivals(house.log), 50)
  const workspace = { id: person.userId, cell } as Actor['workspace']
  const actor = { userId: person.userId, workspace } as Actor
  let stays = true
  const open = () => {
    let end = () => {}
    const closed = new Promise<void>((done) => {
      end = done
    })
    const raw = Object.assign(new EventTarget(), {
      setHeader: () => {},
      writeHead: () => {},
      write: () => {},
      on: (_name: string, hear: () => void) => void closed.then(hear),
      end: () => end(),
    })
    const reply = { raw, hijack: () => {}, header: () => {}, getHeaders: () => ({}) }
    streams.start(reply as never, actor, 600, async () => stays)
    return closed
  }
  const lines = Array.from({ length: 20 }, open)
  expect(open).toThrow('Rate limit')
  await pause(200)
  stays = false
  await Promise.all(lines)
  await open()
})

/** The server's end of a connection, which remembers what was written. */
const aConnection = () => {
  const closing: (() => void)[] = []
  const raw = {
    written: [] as string[],
    writableEnded: false,
    writableNeedDrain: false,
    destroyed: false,
    setHeader: () => {},
    writeHead: () => {},
    write(text: string) {
      if (raw.writableEnded) throw new Error('write after end')
      raw.written.push(text)
    },
    on: (name: string, hear: () => void) => name === 'close' && closing.push(hear),
    end: () => {
      raw.writableEnded = true
    },
    destroy: () => {
      raw.destroyed = true
      for (const close of closing) close()
    },
  }
  return raw
}

/** A line over it, and who waits for news. */
const aLine = (seconds: number) => {
  const raw = aConnection()
  const hearers = new Set<() => void>()
  const listen = (_cell: unknown, _id: string, hear: () => void) => {
    hearers.add(hear)
    return () => hearers.delete(hear)
  }
  const reply = { raw, hijack: () => {}, header: () => {}, getHeaders: () => ({}) }
  const actor = { userId: 'somebody', workspace: { id: 'somewhere', cell: {} } }
  new Streams({ listen } as never, 1000).start(reply as never, actor as never, seconds, async () => true)
  return { raw, tell: () => [...hearers].map((hear) => hear()), hearers }
}

const withoutWaiting = async (run: () => Promise<void>) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  await run().finally(() => vi.useRealTimers())
}

test('a line that has ended is told nothing more, and is cut off when its reader does not take that in', () =>
  withoutWaiting(async () => {
    const { raw, tell, hearers } = aLine(3)
    await vi.advanceTimersByTimeAsync(3000)
    expect([raw.writableEnded, hearers.size]).toEqual([true, 0])
    const { length } = raw.written
    tell()
    await vi.advanceTimersByTimeAsync(4900)
    expect([raw.written.length, raw.destroyed]).toEqual([length, false])
    await vi.advanceTimersByTimeAsync(200)
    expect(raw.destroyed).toBe(true)
  }))

test('a reader that does not read is cut off before anything gathers for it', () =>
  withoutWaiting(async () => {
    const { raw, tell, hearers } = aLine(600)
    tell()
    const { length } = raw.written
    raw.writableNeedDrain = true
    tell()
    expect([raw.written.length, raw.destroyed, hearers.size]).toEqual([length, true, 0])
  }))

test('a cell that does not answer gathers no questions and keeps no other waiting', () =>
  withoutWaiting(async () => {
    const asked = { slow: 0, quick: 0 }
    const aCell = (id: keyof typeof asked, answer: Promise<unknown>) => {
      const execute = () => {
        asked[id]++
        return answer
      }
      return { id, db: { execute } } as never
    }
    const arrivals = new Arrivals(house.log)
    const stops = [
      arrivals.listen(aCell('slow', new Promise(() => {})), 'a', () => {}),
      arrivals.listen(aCell('quick', Promise.resolve({ rows: [] })), 'b', () => {}),
    ]
    await vi.advanceTimersByTimeAsync(5000)
    for (const stop of stops) stop()
    expect(asked).toEqual({ slow: 1, quick: 6 })
  }))
