import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { parseConfig } from '../src/config.ts'
import { makeKeyRing } from '../src/crypto/key-ring.ts'
import { makeCookies } from '../src/door/cookies.ts'
import { makeLog } from '../src/log.ts'
import { diskFiles } from '../src/ports/disk-files.ts'
import { Mailbox } from '../src/ports/mailbox.ts'
import { MemoryRateLimiter } from '../src/ports/memory-rate.ts'
import { type StoreUrls, startNode } from './nodes.ts'

/* A node in a process of its own, so that a test can freeze and kill it. Writes its port, and lives until it is ended. */

/** Where the stores are and what opens them, in the environment as JSON. */
export type GateNodeTask = {
  urls: StoreUrls
  masterKey: string
  directorySecret: string
  filesDir: string
  at: string
}

const task: GateNodeTask = JSON.parse(process.env.GATE_NODE_TASK ?? '')
const clock = { now: () => new Date(task.at) }
const config = parseConfig({})
const generous = { ...config.rateLimits, default: 1_000_000, anonymous: 1_000_000 }
const logs = new PassThrough()
logs.resume()

const node = await startNode(
  {
    config: { ...config, rateLimits: generous },
    clock,
    log: makeLog('warn', logs),
    keyRing: makeKeyRing(new Map([[1, Buffer.from(task.masterKey, 'base64')]])),
    mail: new Mailbox(clock),
    files: diskFiles(task.filesDir),
    rate: new MemoryRateLimiter(),
    cookies: makeCookies(false),
    siteUrl: () => 'http://localhost:3000',
  },
  task.urls,
  Buffer.from(task.directorySecret, 'base64'),
  'gate-node',
)
await node.http.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`${(node.http.server.address() as AddressInfo).port}\n`)
