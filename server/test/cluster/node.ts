import { once } from 'node:events'
import { unlinkSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { PassThrough } from 'node:stream'
import type { ProviderName } from '#contract/identities.ts'
import { buildApp } from '../../src/app.ts'
import { openCells } from '../../src/cells/cells.ts'
import { openDatabase } from '../../src/cells/database.ts'
import { makeKeyRing } from '../../src/crypto/key-ring.ts'
import { Directory } from '../../src/directory/directory.ts'
import { makeCookies } from '../../src/door/cookies.ts'
import { mendUploadFraming } from '../../src/door/framing.ts'
import { makeLog } from '../../src/log.ts'
import { Schedules } from '../../src/outbox/schedules.ts'
import { diskFiles } from '../../src/ports/disk-files.ts'
import type { ExternalPerson, IdentityProvider } from '../../src/ports/identity/identity-provider.ts'
import type { Mail, MailPort } from '../../src/ports/mail.ts'
import { Mailbox } from '../../src/ports/mailbox.ts'
import { type Channel, openChannel } from './channel.ts'
import { openNodeRate } from './node-rate.ts'
import { type NodeTask, timeHeader } from './node-task.ts'

/* A node in a process of its own, for the houses of tests that want one: it makes an application for each connection to its socket, and
   takes it down when the connection ends. What only the test has (the mailbox, providers, the clock) it asks the test for. */

/** Fewer than a server has: three nodes and the test itself share what one Postgres gives, for several houses at once. */
const connectionsMax = 5

const open = async (task: NodeTask, channel: Channel) => {
  const clock = new FollowingClock(task.now)
  const ignore = () => {}
  const database = openDatabase(task.urls.directory, ignore, connectionsMax)
  const cells = openCells(
    (['us', 'eu', 'ap'] as const).map((region) => ({
      id: `${region}-1`,
      region,
      url: task.urls.cells[`${region}-1`] ?? '',
    })),
    ignore,
    connectionsMax,
  )
  const logs = new PassThrough()
  logs.on('data', (line) => void channel.call('log', String(line)).catch(ignore))
  const log = makeLog('debug', logs)
  const rate = await openNodeRate(task.redisUrl, task.directorySecret)
  let { siteUrl } = task
  const house = {
    config: task.config,
    clock,
    log,
    keyRing: makeKeyRing(task.masterKeys),
    directory: new Directory(database, task.directorySecret),
    cells,
    mail: mailOf(task, clock, channel),
    files: diskFiles(task.filesDir),
    rate,
    cookies: makeCookies(task.config.publicUrl?.startsWith('https:') ?? false),
    siteUrl: () => task.config.publicUrl ?? siteUrl,
  }
  const app = await buildApp(house, {
    webDist: new URL('../../../web/dist/', import.meta.url),
    runDue: async () => {},
    ...(task.providers
      ? {
          providers: new Map(
            task.providers.map(({ name, issuer }) => [name, providerOf(name, issuer, channel)]),
          ),
        }
      : {}),
  })
  await app.http.ready()
  app.gate.start()
  mendUploadFraming(app.http.server)
  app.http.server.prependListener('request', ({ headers }) => {
    clock.follow(headers[timeHeader])
    delete headers[timeHeader]
  })
  await app.http.listen({ port: 0, host: '127.0.0.1' })
  const own = new Schedules(
    app.schedules.filter(({ everywhere }) => everywhere),
    clock,
    log,
  )
  return {
    port: (app.http.server.address() as AddressInfo).port,
    async answer(name: string, args: unknown[]): Promise<unknown> {
      if (name === 'flush') return app.flush()
      if (name === 'run-schedules') {
        clock.follow((args[0] as Date).toISOString())
        return own.runAll()
      }
      if (name === 'time') clock.follow((args[0] as Date).toISOString())
      if (name === 'site-url') siteUrl = args[0] as string
      return undefined
    },
    async close() {
      app.http.server.closeAllConnections()
      await app.http.close()
      await app.gate.stop()
      await rate.close()
      await cells.close()
      await database.pool.end()
    },
  }
}

/** Stands where the last request put it, and never goes back. */
class FollowingClock {
  private at: number
  constructor(at: Date) {
    this.at = at.getTime()
  }

  now(): Date {
    return new Date(this.at)
  }

  follow(time: unknown): void {
    this.at = Math.max(this.at, new Date(String(time)).getTime() || 0)
  }
}

/** Mail reaches the test before the request that sent it is answered. */
const mailOf = ({ mail }: NodeTask, clock: FollowingClock, channel: Channel): MailPort => {
  const send = async (sent: Mail) => void (await channel.call('mail', sent))
  if (mail) return { kind: mail, send, close: async () => {} }
  return Object.assign(new Mailbox(clock), { send })
}

const providerOf = (name: ProviderName, issuer: string, channel: Channel): IdentityProvider => ({
  name,
  issuer,
  begin: async (visit, options) =>
    new URL((await channel.call('begin-visit', name, visit, options)) as string),
  finish: async (visit, callback, options) =>
    (await channel.call('finish-visit', name, visit, callback.href, options)) as ExternalPerson,
})

const [path = ''] = process.argv.slice(2)
const control = createServer((socket) => {
  let opened: Awaited<ReturnType<typeof open>> | undefined
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= opened?.close()
    return closing
  }
  const channel = openChannel(socket, async (name, args) => {
    if (name === 'close') return close()
    if (name !== 'open') return opened?.answer(name, args)
    opened = await open(args[0] as NodeTask, channel)
    return opened.port
  })
  socket.on('close', () => void close()?.catch(() => {}))
})
control.listen(path)
await once(control, 'listening')
// The process that started it has gone, however it did.
process.on('disconnect', () => {
  unlinkSync(path)
  process.exit()
})
process.send?.('ready')
