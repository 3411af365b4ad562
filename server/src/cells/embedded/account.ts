import { execFile } from 'node:child_process'
import { lchown, lstat, readdir, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { copyBinaries, findBinaries, linkLibraries } from './binaries.ts'

const run = promisify(execFile)

/** As whom Postgres runs, and from where. It refuses to be root, so under root one of two ways makes it somebody else. */
export type Account = {
  native: string
  /** Words to put before a command so that it runs without root. */
  prefix: readonly string[]
  /** The ids to start a command with, when another user is the way. */
  ids?: { uid: number; gid: number }
}

/** Finds a way to run Postgres: directly, or as root in a user namespace, or as root under the ids of `nobody`. */
export async function chooseAccount(dataDir: string): Promise<Account> {
  const { native, version } = await findBinaries()
  if (process.getuid?.() !== 0) return { native: await usableBinaries(native, version, dataDir), prefix: [] }

  await linkLibraries(native)
  const nobody = await idsOfNobody()
  // In a namespace the files stay root's and folders closed to others keep working; a container may forbid it.
  const prefix = ['unshare', '--user', `--map-user=${nobody.uid}`, `--map-group=${nobody.gid}`, '--']
  const probe = await run('unshare', [...prefix.slice(1), 'id', '-u'], { cwd: '/' }).catch(() => undefined)
  if (probe?.stdout.trim() === String(nobody.uid)) return { native, prefix }

  if (!(await openToOthers(dirname(dataDir))))
    throw new Error(
      `Postgres cannot run as root and its other account cannot reach ${dataDir}; start as an ordinary user or choose a DATA_DIR whose parent folders others may enter.`,
    )
  const open = (await openToOthers(native))
    ? native
    : await copyBinaries(native, join(tmpdir(), `gatehouse-postgres-${version}`))
  return { native: open, prefix: [], ids: nobody }
}

/** Gives a folder and all in it to the account, so that a data folder survives a change of the way it is run. */
export async function giveToAccount(folder: string, account: Account): Promise<void> {
  const uid = account.ids?.uid ?? process.getuid?.()
  const gid = account.ids?.gid ?? process.getgid?.()
  if (process.getuid?.() !== 0 || uid === undefined || gid === undefined) return
  if ((await lstat(folder)).uid === uid) return
  for (const name of await readdir(folder, { recursive: true })) await lchown(join(folder, name), uid, gid)
  // The folder itself last: an interrupted change is then seen and done again.
  await lchown(folder, uid, gid)
}

async function usableBinaries(native: string, version: string, dataDir: string): Promise<string> {
  try {
    await linkLibraries(native)
    return native
  } catch {
    // Installed by somebody else, with install scripts off: the links go into a copy of our own.
    return await copyBinaries(native, join(dataDir, `binaries-${version}`))
  }
}

async function idsOfNobody(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', 'nobody']), run('id', ['-g', 'nobody'])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

async function openToOthers(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}
