import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identityOf } from './processes.ts'

type Owner = { pid: number; identity: string }

/** Claims a data folder for this process. Returns the release. Refuses, in one sentence, while another living process holds
 *  it; a lock whose owner is gone (killed, or the machine restarted) is taken over. */
export async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  const lock = join(dataDir, 'owner.json')
  const mine = `${lock}.${process.pid}-${randomBytes(4).toString('hex')}`
  const identity = (await identityOf(process.pid)) ?? 'unknown'
  await writeFile(mine, JSON.stringify({ pid: process.pid, identity } satisfies Owner), { mode: 0o600 })
  try {
    for (;;) {
      const claimed = await link(mine, lock).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return false
          throw error
        },
      )
      if (claimed) return () => rm(lock, { force: true })
      await refuseWhileOwned(dataDir)
      await removeStale(lock, `${mine}.stale`)
    }
  } finally {
    await rm(mine, { force: true })
  }
}

/** The living process that holds a data folder, if one does. */
export async function ownerOf(dataDir: string): Promise<Owner | undefined> {
  return await livingOwner(join(dataDir, 'owner.json'))
}

async function refuseWhileOwned(dataDir: string): Promise<void> {
  const owner = await ownerOf(dataDir)
  if (owner)
    throw new Error(
      `The data folder ${dataDir} is in use by process ${owner.pid}; stop that one or set DATA_DIR to another folder.`,
    )
}

/** Moves the lock aside before removing it: of two that saw it stale, the slower one may have caught the quicker one's
 *  fresh lock, and puts that back. */
async function removeStale(lock: string, aside: string): Promise<void> {
  try {
    await rename(lock, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (await livingOwner(aside)) await link(aside, lock).catch(() => undefined)
  await rm(aside, { force: true })
}

async function livingOwner(file: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(file, 'utf8')) as Owner
    const now = await identityOf(owner.pid)
    return now !== undefined && now !== 'zombie' && now === owner.identity ? owner : undefined
  } catch {
    return undefined
  }
}
