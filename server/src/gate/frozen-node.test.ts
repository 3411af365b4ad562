import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GateNodeTask } from '../../test/gate-node.ts'
import { issueKey } from '../../test/keys.ts'
import { askAs, probe, until, untilTrusted } from '../../test/nodes.ts'
import { aPerson, type Person } from '../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'

/* A second node in a process of its own, frozen and killed from outside. */

const secrets = { masterKeys: new Map([[1, randomBytes(32)]]), directorySecret: randomBytes(32) }

let house: TestHouse
let person: Person
const spawned = new Set<Awaited<ReturnType<typeof startProcess>>>()
beforeAll(async () => {
  house = await startTestHouse({ config: { secrets }, extend: probe, gate: true })
  person = await aPerson(house)
  await untilTrusted(house.app)
})
afterAll(async () => {
  for (const node of spawned) await node.kill()
  await house.stop()
})

const countNodes = async (): Promise<number> =>
  (await house.cells.get('us-1').pool.query('select from gate_nodes')).rowCount ?? 0

const startProcess = async () => {
  const task: GateNodeTask = {
    urls: house.urls,
    masterKey: secrets.masterKeys.get(1)?.toString('base64') ?? '',
    directorySecret: secrets.directorySecret.toString('base64'),
    filesDir: house.filesDir,
    at: house.clock.now().toISOString(),
  }
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../test/gate-node.ts', import.meta.url))],
    {
      env: { ...process.env, GATE_NODE_TASK: JSON.stringify(task) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  const port = Number(said)
  const isFrozen = async () => / T /.test(await readFile(`/proc/${child.pid}/stat`, 'utf8'))
  const agent = new Agent({ keepAlive: true, maxSockets: 50 })
  return {
    /** What a key is told there: the status. */
    ask: (key: string) =>
      new Promise<number>((done, failed) => {
        const headers = { authorization: `Bearer ${key}` }
        const request = get({ port, host: '127.0.0.1', path: '/api/test/role', headers, agent }, (reply) => {
          reply.resume()
          done(reply.statusCode ?? 0)
        })
        request.on('error', failed)
      }),
    async freeze() {
      child.kill('SIGSTOP')
      await until(isFrozen, 'the process is frozen')
    },
    thaw: () => child.kill('SIGCONT'),
    async kill() {
      agent.destroy()
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

const startSecond = async () => {
  const before = await countNodes()
  const node = await startProcess()
  spawned.add(node)
  await until(async () => (await countNodes()) > before, 'the second node is there')
  return node
}

/** Revokes on the first node; gives how many milliseconds that took. */
const revoke = async (keyId: string): Promise<number> => {
  const began = performance.now()
  const reply = await person.call('DELETE', `/api/api-keys?keyId=${keyId}`)
  expect(reply.statusCode, reply.body).toBe(200)
  return performance.now() - began
}

/** A lease, and what a busy machine adds to it. */
const patienceMs = 4000

const allAre = (status: number, answers: readonly number[]) => expect([...new Set(answers)]).toEqual([status])

const many = (ask: () => Promise<number>) => Promise.all(Array.from({ length: 40 }, ask))

test('a frozen node keeps nobody waiting for long, and accepts nothing when it wakes that was revoked meanwhile', async () => {
  const node = await startSecond()
  for (let round = 0; round < 3; round++) {
    const { key, keyId } = await issueKey(house, person)
    allAre(200, await many(() => node.ask(key)))
    await node.freeze()
    const early = many(() => node.ask(key))
    expect(await revoke(keyId)).toBeLessThan(patienceMs)
    const late = many(() => node.ask(key))
    expect(await askAs(house.http, key)).toBe('401 invalid_api_key')
    node.thaw()
    allAre(401, await early)
    allAre(401, await late)
    allAre(401, await many(() => node.ask(key)))
    // It is one of the nodes again, and is asked like the others.
    await until(async () => (await house.app.gate.settle({ id: 'us-1' })).confirmed === 2, 'it hears again')
  }
  await node.kill()
})

test('what a node was just looking up when it froze is told to nobody who asked after the revoke', async () => {
  const node = await startSecond()
  const holder = new pg.Client({ connectionString: house.urls.cells['us-1'] })
  await holder.connect()
  const waiting = async () =>
    (await holder.query('select from pg_locks where not granted and relation = $1::regclass', ['profiles']))
      .rowCount ?? 0
  for (let round = 0; round < 3; round++) {
    const { key, keyId } = await issueKey(house, person)
    // It has read the key and the role, and waits for the last thing.
    await holder.query('begin')
    await holder.query('lock table profiles in access exclusive mode')
    const early = node.ask(key)
    await until(async () => (await waiting()) > 0, 'the look-up is under way')
    await node.freeze()
    await holder.query('commit')
    await revoke(keyId)
    const late = many(() => node.ask(key))
    node.thaw()
    allAre(401, await late)
    expect([200, 401]).toContain(await early)
    allAre(401, await many(() => node.ask(key)))
    await until(async () => (await house.app.gate.settle({ id: 'us-1' })).confirmed === 2, 'it hears again')
  }
  await holder.end()
  await node.kill()
})

test('a node that was killed is waited for once, for a lease', async () => {
  const node = await startSecond()
  const [first, second] = [await issueKey(house, person), await issueKey(house, person)]
  allAre(200, [await node.ask(first.key), await node.ask(second.key)])
  await node.kill()
  expect(await revoke(first.keyId)).toBeLessThan(patienceMs)
  expect(await countNodes()).toBe(1)
  expect(await house.app.gate.settle({ id: 'us-1' })).toEqual({ confirmed: 1, silent: 0 })
  await revoke(second.keyId)
  expect(await askAs(house.http, second.key)).toBe('401 invalid_api_key')
})
