import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, giveToAccount } from './account.ts'
import { binary } from './binaries.ts'
import { keptPassword, superuser } from './endpoint.ts'
import { identityOf, isPostmasterOf, pidInFile, waitUntil } from './processes.ts'
import { startWatched } from './watched-process.ts'

export function clusterOf(dataDir: string): string {
  return join(dataDir, 'cluster')
}

/** Makes the cluster (Postgres's word for its data folder) when there is none. It is built beside its place and moved there
 *  when whole, so a start that was cut short leaves only a folder to throw away. */
export async function ensureCluster(dataDir: string, account: Account, durable: boolean): Promise<void> {
  const cluster = clusterOf(dataDir)
  for (const name of await readdir(dataDir))
    if (name.startsWith('cluster.new')) await rm(join(dataDir, name), { recursive: true, force: true })
  // Anything without this file was never a whole cluster; a whole one is never touched.
  if (existsSync(join(cluster, 'PG_VERSION'))) return await giveToAccount(cluster, account)
  if (existsSync(cluster) && (await readdir(cluster)).length > 0)
    throw new Error(`${cluster} holds something that is not a Postgres data folder; move it away first.`)

  const fresh = `${cluster}.new-${process.pid}-${Date.now()}`
  const builtin = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const failure = await initialise(fresh, dataDir, account, [...builtin, ...speed(durable)])
  if (failure) {
    const second = await initialise(fresh, dataDir, account, ['--no-locale', ...speed(durable)])
    if (second) throw new Error(`The embedded Postgres could not make its data folder: ${second}`)
  }
  await rm(cluster, { recursive: true, force: true })
  await rename(fresh, cluster)
}

/** Stops a Postgres of this cluster whose Gatehouse is gone, and clears what would keep the next one from starting. Only call
 *  it while holding the data folder. */
export async function clearOrphan(cluster: string, account: Account): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  const pid = await pidInFile(file)
  if (pid === undefined) return
  if (process.platform === 'win32') {
    const stop = [binary(account.native, 'pg_ctl'), 'stop', '-m', 'fast', '-w', '-D', cluster]
    await startWatched(account, stop, 'pipe').ended
    return
  }
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await isPostmasterOf(pid, cluster))) break
    signalIfThere(pid, signal)
    await waitUntil(async () => !(await isPostmasterOf(pid, cluster)), 5000)
  }
  if (await isPostmasterOf(pid, cluster))
    throw new Error(
      `An earlier Postgres of this data folder (process ${pid}) does not stop; end it and start again.`,
    )
  // Postgres takes a zombie for a living server. After 5 s the pid is free, or a stranger's, which the file says nothing about.
  await waitUntil(async () => (await identityOf(pid)) !== 'zombie', 5000)
  await rm(file, { force: true })
}

function speed(durable: boolean): string[] {
  return durable ? [] : ['--no-sync', '--wal-segsize=4']
}

async function initialise(
  folder: string,
  dataDir: string,
  account: Account,
  extra: readonly string[],
): Promise<string | undefined> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700 })
  await giveToAccount(folder, account)
  const initdb = [binary(account.native, 'initdb'), '-D', folder, '-U', superuser, '-E', 'UTF8', ...extra]
  if (process.platform === 'win32') {
    await keptPassword(dataDir)
    initdb.push('--auth=scram-sha-256', `--pwfile=${join(dataDir, 'password')}`)
  } else {
    // Whoever may enter the socket's folder is let in; nobody else can knock.
    initdb.push('--auth-local=trust', '--auth-host=reject')
  }
  const process_ = startWatched(account, initdb, 'pipe')
  let said = ''
  process_.child.stdout?.resume()
  process_.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const { code, failure } = await process_.ended
  if (code === 0 && (await lstat(join(folder, 'PG_VERSION')).catch(() => undefined))) return undefined
  return failure?.message ?? said.trim().split('\n').at(-1) ?? `initdb ended with ${code}`
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
