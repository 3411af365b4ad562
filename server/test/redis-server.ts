import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'

/** Why tests against a real Redis are left out here; null where they run. */
export const withoutRedis = ((): string | null => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return null
  } catch {
    return 'no redis-server on the PATH'
  }
})()

/** A Redis of a test's own, on a socket in a temporary folder; it keeps nothing on disk. */
export class RedisServer {
  private readonly folder: string
  private process: ChildProcess | null = null
  private constructor(folder: string) {
    this.folder = folder
  }

  static async start(...settings: string[]): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'gatehouse-redis-')))
    await server.run(...settings)
    return server
  }

  /** A path, where an address is expected as well. */
  get url(): string {
    return join(this.folder, 'redis.sock')
  }

  async run(...settings: string[]): Promise<void> {
    const given = ['--port', '0', '--unixsocket', this.url, '--save', '', '--dir', this.folder, ...settings]
    this.process = spawn('redis-server', given, { stdio: 'ignore' })
    for (let tries = 0; tries < 100; tries++) {
      if (await this.ask((client) => client.ping()).catch(() => false)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error('redis-server did not start')
  }

  /** Asks it something over a connection of its own. */
  async ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: null })
    client.on('error', () => {})
    try {
      await client.connect()
      return await question(client)
    } finally {
      client.disconnect()
    }
  }

  freeze(): void {
    this.process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.process?.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    const { process } = this
    this.process = null
    if (!process || process.exitCode !== null) return
    process.kill('SIGKILL')
    await once(process, 'exit')
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }
}
