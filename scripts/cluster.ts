import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeMasterKey } from '../server/src/crypto/key-ring.ts'
import { buildWeb } from './build.ts'
import { freePort } from './cluster/free-port.ts'
import { startHaproxy } from './cluster/haproxy.ts'
import { startMailSink } from './cluster/mail-sink.ts'
import { missingPrograms } from './cluster/missing-programs.ts'
import { startPostgres } from './cluster/postgres.ts'
import { startRedis } from './cluster/redis.ts'
import { endNode, startNode } from './cluster/start-node.ts'

/* Starts several web processes and a worker of the real server on this machine, behind HAProxy, with Redis and a Postgres of their own,
   in a temporary folder (docs/scaling.md). Prints the address, and every mail, until it is stopped. */

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '3' },
    port: { type: 'string' },
    verbose: { type: 'boolean' },
  },
})
const count = Number(values.nodes)
const port = values.port === undefined ? await freePort() : Number(values.port)
const endings: (() => Promise<unknown>)[] = []
let stopping: Promise<void> | undefined

const problem = count >= 1 && count <= 20 ? await missingPrograms() : '--nodes is a number from 1 to 20.'
if (problem) {
  console.error(problem)
  process.exit(1)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void stop().then(() => process.exit(0)))
try {
  await start()
} catch (error) {
  console.error(`The cluster did not start: ${(error as Error).message}`)
  await stop()
  process.exit(1)
}

async function start(): Promise<void> {
  await buildWeb()
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-cluster-'))
  endings.push(() => rm(folder, { recursive: true, force: true }))
  const cells = ['us_1', 'eu_1', 'ap_1']
  const postgres = keep(await startPostgres(folder, ['directory', ...cells]))
  const redis = keep(await startRedis())
  const mail = keep(
    await startMailSink((sent) => console.log(`Mail to ${sent.to}: ${sent.subject}\n${sent.text}\n`)),
  )
  const environment = {
    PUBLIC_URL: `http://localhost:${port}`,
    TRUSTED_PROXIES: '127.0.0.1',
    DATA_DIR: join(folder, 'data'),
    DIRECTORY_DATABASE_URL: postgres.urlOf('directory'),
    CELL_DATABASE_URLS: JSON.stringify(
      Object.fromEntries(cells.map((name) => [name.replace('_', '-'), postgres.urlOf(name)])),
    ),
    MASTER_KEYS: `1:${makeMasterKey()}`,
    DIRECTORY_SECRET: randomBytes(32).toString('base64url'),
    REDIS_URL: redis.url,
    SMTP_URL: mail.url,
    LOG_LEVEL: values.verbose ? 'info' : 'warn',
  }
  const startOne = async (ROLE: 'web' | 'worker') => {
    const own = await freePort()
    const child = await startNode({ ...environment, ROLE, PORT: String(own) }, { stderr: 'inherit' })
    endings.push(() => endNode(child))
    return { port: own, pid: child.pid }
  }
  const nodes = await Promise.all(Array.from({ length: count }, () => startOne('web')))
  const worker = await startOne('worker')
  const ports = nodes.map((node) => node.port)
  keep(await startHaproxy({ folder, binds: [`127.0.0.1:${port}`], ports }))
  const tellOf = (node: { port: number; pid: number | undefined }) => `port ${node.port}, process ${node.pid}`
  console.log(
    [
      `Gatehouse is running at http://localhost:${port}`,
      '',
      ...nodes.map((node, n) => `  Node ${n + 1}    ${tellOf(node)}`),
      `  Worker    ${tellOf(worker)}`,
      `  HAProxy   ${join(folder, 'haproxy.cfg')}`,
      `  Redis     ${redis.url}`,
      `  Postgres  ${postgres.name}`,
      '',
      'Mail is printed here. Press Ctrl-C to stop.',
      '',
    ].join('\n'),
  )
}

function keep<T extends { stop(): Promise<void> }>(started: T): T {
  endings.push(() => started.stop())
  return started
}

/** The last started is the first to go; one that fails keeps no other from going. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const end of endings.reverse()) await end().catch((fault) => console.error(fault))
  })()
  return stopping
}
