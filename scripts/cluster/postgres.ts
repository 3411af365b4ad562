import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { startEmbeddedPostgres } from '../../server/src/cells/embedded-postgres.ts'
import { freePort } from './free-port.ts'
import { startProcess } from './start-process.ts'

const run = promisify(execFile)

export type ExternalPostgres = {
  /** Which one it is, for people. */
  name: string
  urlOf(database: string): string
  stop(): Promise<void>
}

/** Starts a Postgres that nodes reach by URLs and know nothing else of: Debian's over TCP when it is installed, else the one that npm
 *  installed. Its data lie in `folder`, which others may pass through afterwards. */
export const startPostgres = async (
  folder: string,
  databases: readonly string[],
): Promise<ExternalPostgres> => {
  const debian = await findDebian()
  if (!debian) {
    const { urlOf, stop } = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), databases })
    return { name: 'Postgres as npm installed it', urlOf, stop }
  }
  const { bin, version } = debian
  const data = join(folder, 'cluster')
  const password = randomBytes(16).toString('hex')
  const passwordFile = join(folder, 'password')
  await mkdir(data, { mode: 0o700 })
  await writeFile(passwordFile, password)
  // Postgres refuses to be root.
  const ids = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  if (ids.uid !== undefined) {
    await chmod(folder, 0o711)
    for (const path of [data, passwordFile]) await chown(path, ids.uid, ids.gid)
  }
  const initial = ['-D', data, '-U', 'gatehouse', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
  await run(join(bin, 'initdb'), [...initial, '-E', 'UTF8', '--locale=C', '--no-instructions'], {
    cwd: '/',
    ...ids,
  })
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '400',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const running = await startProcess(join(bin, 'postgres'), ['-D', data, ...args], port, {
    ...ids,
    // Disconnects everybody and stops cleanly.
    endSignal: 'INT',
  })
  const urlOf = (database: string) => `postgresql://gatehouse:${password}@127.0.0.1:${port}/${database}`
  await createDatabases(urlOf('postgres'), databases)
  return { name: `Postgres ${version} of this system, over TCP`, urlOf, stop: running.stop }
}

/** The newest of those that Debian keeps side by side. */
const findDebian = async (): Promise<{ bin: string; version: string } | undefined> => {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const version = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (version === undefined) return undefined
  const bin = `/usr/lib/postgresql/${version}/bin`
  const names: string[] = await readdir(bin).catch(() => [])
  return names.includes('postgres') && names.includes('initdb') ? { bin, version } : undefined
}

const createDatabases = async (url: string, databases: readonly string[]): Promise<void> => {
  const client = await connectOnceStarted(url)
  try {
    for (const database of databases)
      await client.query(`create database ${client.escapeIdentifier(database)}`)
  } finally {
    await client.end()
  }
}

/** It takes connections a moment before it takes questions. */
const connectOnceStarted = async (connectionString: string): Promise<pg.Client> => {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString })
    try {
      await client.connect()
      return client
    } catch (error) {
      // 57P03: starting up
      if ((error as { code?: string }).code !== '57P03' || tries > 100) throw error
      await pause(50)
    }
  }
}
