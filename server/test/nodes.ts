import { randomBytes } from 'node:crypto'
import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { type App, buildApp } from '../src/app.ts'
import { openCells } from '../src/cells/cells.ts'
import { openDatabase } from '../src/cells/database.ts'
import { Directory } from '../src/directory/directory.ts'
import { bySessionOrLiveKey } from '../src/door/access.ts'
import type { House } from '../src/house.ts'
import { MemoryRateLimiter } from '../src/ports/memory-rate.ts'
import { startTestHouse, type TestHouse } from './test-house.ts'

/** A route that costs what the door costs and nothing else: editors of a workspace are told their role in it. */
export const probe = (http: FastifyInstance): void => {
  const config = { access: bySessionOrLiveKey('workspace.edit'), rate: 'default' } as const
  http.get('/api/test/role', { config }, async ({ actor }) => ({ role: actor?.role }))
}

/** The stores of a house, as another process opens them. */
export type StoreUrls = TestHouse['urls']

/** The value of a key, or of a session cookie and the workspace it asks about, unless it names none. */
export type Asker = string | { cookie: string; owner?: string }

/** What a key or a session is told at the probe: the status, and the role or why not. */
export const askAs = async (http: FastifyInstance, asker: Asker): Promise<string> => {
  const byKey = typeof asker === 'string'
  const credential = byKey
    ? { authorization: `Bearer ${asker}` }
    : { cookie: `gatehouse_session=${asker.cookie}` }
  const owner = byKey ? undefined : asker.owner
  const url = `/api/test/role${owner === undefined ? '' : `?owner=${owner}`}`
  const reply = await http.inject({ method: 'GET', url, headers: { host: 'localhost:3000', ...credential } })
  const { role, reason } = reply.json()
  return `${reply.statusCode} ${role ?? reason}`
}

export type Node = App & { stop(): Promise<void> }

/** One more node on the stores of a house: an application with connections and a memory of its own, listening. Its connections carry
 *  `name`, so that a test can end them. */
export const startNode = async (
  house: Omit<House, 'directory' | 'cells'>,
  urls: StoreUrls,
  directorySecret: Buffer,
  name: string,
): Promise<Node> => {
  const ignore = () => {}
  const named = (url = '') => `${url}${url.includes('?') ? '&' : '?'}application_name=${name}`
  const database = openDatabase(named(urls.directory), ignore)
  const cells = openCells(
    (['us', 'eu', 'ap'] as const).map((region) => ({
      id: `${region}-1`,
      region,
      url: named(urls.cells[`${region}-1`]),
    })),
    ignore,
  )
  const own = {
    ...house,
    directory: new Directory(database, directorySecret),
    cells,
    rate: new MemoryRateLimiter(),
  }
  const app = await buildApp(own, {
    webDist: new URL('no-pages/', import.meta.url),
    runDue: async () => {},
    extend: probe,
  })
  await app.http.ready()
  app.gate.start()
  const stop = async () => {
    await app.http.close()
    await app.gate.stop()
    await cells.close()
    await database.pool.end()
  }
  return { ...app, stop }
}

/** Waits until something holds, for as long as a slow machine might take. */
export const until = async (holds: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const began = performance.now()
  while (!(await holds())) {
    if (performance.now() - began > 15_000) throw new Error(`Waited in vain until ${what}`)
    await pause(20)
  }
}

/** Waits until a node hears every cell. */
export const untilTrusted = ({ gate }: Pick<App, 'gate'>): Promise<void> =>
  until(() => gate.listTrusted().length === 3, 'the node hears every cell')

export type ThreeNodes = Awaited<ReturnType<typeof startThreeNodes>>

/** A house and two more nodes on its stores, named `second` and `third`. */
export const startThreeNodes = async () => {
  const secrets = { masterKeys: new Map([[1, randomBytes(32)]]), directorySecret: randomBytes(32) }
  const house = await startTestHouse({ config: { secrets }, extend: probe, gate: true })
  const others = await Promise.all(
    ['second', 'third'].map((name) => startNode(house, house.urls, secrets.directorySecret, name)),
  )
  const apps: readonly App[] = [house.app, ...others]
  let asked = 0

  const ask = (app: App, asker: Asker): Promise<string> => {
    asked++
    return askAs(app.http, asker)
  }
  const askEverywhere = (asker: Asker): Promise<string[]> => Promise.all(apps.map((app) => ask(app, asker)))

  /** Asks on every node without a pause while `change` goes on, and for a while after it. Gives the different answers to what was sent
   *  before and after `change` was done. */
  const during = async (asker: Asker, change: () => Promise<unknown>) => {
    await askEverywhere(asker)
    const answers = { before: new Set<string>(), after: new Set<string>() }
    let isDone = false
    let left = 100
    const keepAsking = async (app: App) => {
      while (left > 0) {
        const told = isDone ? answers.after : answers.before
        if (isDone) left--
        told.add(await ask(app, asker))
        // What is answered from memory leaves the event loop no room otherwise.
        await setImmediate()
      }
    }
    const asking = Promise.all([...apps, ...apps].map(keepAsking))
    try {
      await change()
    } finally {
      isDone = true
    }
    await asking
    return { before: [...answers.before].sort(), after: [...answers.after].sort() }
  }

  return {
    house,
    apps,
    askEverywhere,
    during,
    /** How many requests there were so far. */
    asked: () => asked,
    untilTrusted: () => Promise.all(apps.map(untilTrusted)),
    async stop() {
      for (const node of others) await node.stop()
      await house.stop()
    },
  }
}
