import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProviderName } from '#contract/identities.ts'
import { freePort } from '../../../scripts/cluster/free-port.ts'
import { startHaproxy } from '../../../scripts/cluster/haproxy.ts'
import type { Cell } from '../../src/cells/cells.ts'
import type { Gate } from '../../src/gate/gate.ts'
import type { IdentityProvider, Visit } from '../../src/ports/identity/identity-provider.ts'
import type { Mail, MailPort } from '../../src/ports/mail.ts'
import { openChannel } from './channel.ts'
import { type NodeTask, timeHeader } from './node-task.ts'
import { makeRequester, type Requester } from './request.ts'

/** What a house in the test's process lends to its nodes. */
export type Lent = {
  cells: readonly Cell[]
  gate: Gate
  mail: MailPort
  providers: ReadonlyMap<ProviderName, IdentityProvider> | undefined
  clock: { now(): Date; onAdvance(hear: (at: Date) => void): void }
  log(line: string): void
}

export type Cluster = {
  inject: Requester['inject']
  /** Runs what each node has to do by itself. */
  runSchedules(): Promise<void>
  /** Writes what nodes hold in memory. */
  flush(): Promise<void>
  /** Gives the address that takes connections as they come, and lets nodes name it in links. */
  listen(): Promise<string>
  stop(): Promise<void>
}

/** The address that HAProxy calls nodes from. Another than callers have, or a forged X-Forwarded-For could not be told from its own. */
const proxyAddress = '127.0.0.2'

/** Makes a node for this house in each of the processes that listen at `sockets`, and puts HAProxy before them. */
export const joinCluster = async (
  sockets: readonly string[],
  task: NodeTask,
  lent: Lent,
): Promise<Cluster> => {
  const trustedProxies = [...task.config.trustedProxies, proxyAddress]
  const nodes = await Promise.all(
    sockets.map(async (path) => {
      const channel = openChannel(connect(path), (name, args) => answerNode(lent, name, args))
      const port = await channel.call('open', { ...task, config: { ...task.config, trustedProxies } })
      return { channel, port: port as number }
    }),
  )
  const everywhere = (name: string, ...args: unknown[]) =>
    Promise.all(nodes.map(({ channel }) => channel.call(name, ...args)))
  const folder = await mkdtemp(join(tmpdir(), 'gh-'))
  const [proxied, plain] = [await freePort(), await freePort()]
  const haproxy = await startHaproxy({
    folder,
    binds: [`127.0.0.1:${proxied} accept-proxy`, `127.0.0.1:${plain}`],
    ports: nodes.map(({ port }) => port),
    source: proxyAddress,
    lenient: true,
  })
  const headers = () => ({ [timeHeader]: lent.clock.now().toISOString() })
  const requester = makeRequester(proxied, { headers })
  // For callers that write to a socket of their own and bring no time along.
  lent.clock.onAdvance((at) => void everywhere('time', at).catch(() => {}))
  const settleWhatTheTestDid = watchTest(lent)
  lent.gate.start()
  while (lent.gate.listTrusted().length < lent.cells.length) await pause(5)
  return {
    async inject(options) {
      await settleWhatTheTestDid()
      return requester.inject(options)
    },
    runSchedules: async () => void (await everywhere('run-schedules', lent.clock.now())),
    flush: async () => void (await everywhere('flush')),
    async listen() {
      const url = `http://localhost:${plain}`
      await everywhere('site-url', url)
      return url
    },
    async stop() {
      requester.close()
      await haproxy.stop()
      await everywhere('close')
      for (const { channel } of nodes) channel.end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const answerNode = async ({ mail, providers, log }: Lent, name: string, args: unknown[]) => {
  if (name === 'log') return log(args[0] as string)
  if (name === 'mail') return mail.send(args[0] as Mail)
  const [of, visit, ...rest] = args as [ProviderName, Visit, ...unknown[]]
  const provider = providers?.get(of)
  if (name === 'begin-visit') return (await provider?.begin(visit, rest[0] as { fresh: boolean }))?.href
  if (name === 'finish-visit')
    return provider?.finish(visit, new URL(rest[0] as string), rest[1] as { fresh: boolean })
  throw new Error(`A node asked for ${name}`)
}

/** A test also acts past the API: it writes rows, runs jobs and calls commands. Nobody waited until nodes had heard of that, so the next
 *  request does. What a node does is not waited for here: that is what its own replies promise. */
const watchTest = ({ cells, gate }: Lent): (() => Promise<void>) => {
  const touched = new Set<Cell>()
  for (const cell of cells) cell.pool.on('acquire', () => void touched.add(cell))
  return async () => {
    if (touched.size === 0) return
    const seen = [...touched]
    // A test that cut the cell off has its reasons.
    await Promise.all(seen.map((cell) => gate.settle(cell).catch(() => {})))
    // Settling takes connections, too.
    for (const cell of seen) touched.delete(cell)
  }
}
