import { createHash, randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from './account.ts'

/** Where the server listens. A socket in a folder only we may enter needs no password; Windows has no such folder. */
export type Endpoint = { socketDir: string } | { port: number; password: string }

export const superuser = 'gatehouse'

/** A socket's whole path may have 107 bytes (103 on macOS); folder plus `/.s.PGSQL.5432` stays well below. */
const socketPathBytesMax = 90

export function urlOf(endpoint: Endpoint, database: string): string {
  const name = encodeURIComponent(database)
  if ('socketDir' in endpoint)
    return `postgresql:///${name}?host=${encodeURIComponent(endpoint.socketDir)}&port=5432&user=${superuser}`
  return `postgresql://${superuser}:${endpoint.password}@127.0.0.1:${endpoint.port}/${name}`
}

/** Server settings that make it listen at the endpoint and nowhere else. */
export function listenSettings(endpoint: Endpoint): Record<string, string> {
  if ('socketDir' in endpoint)
    return {
      port: '5432',
      listen_addresses: '',
      unix_socket_directories: endpoint.socketDir,
      unix_socket_permissions: '0700',
    }
  return { port: String(endpoint.port), listen_addresses: '127.0.0.1', unix_socket_directories: '' }
}

/** Prepares a place to listen. Only call it while holding the data folder: an old socket of it is removed. */
export async function makeEndpoint(dataDir: string, account: Account): Promise<Endpoint> {
  if (process.platform === 'win32') return { port: await freePort(), password: await keptPassword(dataDir) }
  const socketDir = socketDirOf(dataDir)
  const found = await lstat(socketDir).catch(() => undefined)
  if (found && found.uid !== process.getuid?.() && found.uid !== account.ids?.uid)
    throw new Error(`${socketDir} belongs to somebody else, so Postgres will not listen there; remove it.`)
  // Made anew each time rather than inspected: mkdir fails if somebody puts their own there in between.
  await rm(socketDir, { recursive: true, force: true })
  await mkdir(socketDir, { mode: 0o700 })
  await chmod(socketDir, 0o700)
  if (account.ids) await chown(socketDir, account.ids.uid, account.ids.gid)
  return { socketDir }
}

export async function removeEndpoint(dataDir: string, endpoint: Endpoint): Promise<void> {
  await rm(endpointFile(dataDir), { force: true })
  if ('socketDir' in endpoint) await rm(endpoint.socketDir, { recursive: true, force: true })
}

/** Leaves word in the data folder for the operator command. */
export async function announceEndpoint(dataDir: string, endpoint: Endpoint): Promise<void> {
  await writeFile(endpointFile(dataDir), JSON.stringify(endpoint), { mode: 0o600 })
}

export async function readEndpoint(dataDir: string): Promise<Endpoint | undefined> {
  const text = await readFile(endpointFile(dataDir), 'utf8').catch(() => undefined)
  return text ? (JSON.parse(text) as Endpoint) : undefined
}

/** The password of a Windows install, made at its first start. Not tried on Windows. */
export async function keptPassword(dataDir: string): Promise<string> {
  const file = join(dataDir, 'password')
  await writeFile(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' }).catch(() => undefined)
  return (await readFile(file, 'utf8')).trim()
}

function socketDirOf(dataDir: string): string {
  const name = `gatehouse-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`
  const usual = join(tmpdir(), name)
  return Buffer.byteLength(join(usual, '.s.PGSQL.5432')) < socketPathBytesMax ? usual : join('/tmp', name)
}

function endpointFile(dataDir: string): string {
  return join(dataDir, 'endpoint.json')
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
