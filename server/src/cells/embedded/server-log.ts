import { type FileHandle, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

const logBytesMax = 1024 * 1024

export type ServerLog = {
  fd: number
  /** The last thing Postgres said, for an error's sentence. */
  lastLine(): Promise<string>
  close(): Promise<void>
}

/** Postgres's own log in the data folder, for the day it does not start. Kept small: moved aside when large at a start,
 *  emptied when large while running (which appending writers take well). */
export async function openServerLog(dataDir: string): Promise<ServerLog> {
  const file = join(dataDir, 'postgres.log')
  const found = await stat(file).catch(() => undefined)
  if (found && found.size > logBytesMax) await rename(file, `${file}.1`)
  const handle = await open(file, 'a', 0o600)
  const timer = setInterval(() => emptyIfLarge(handle).catch(() => undefined), 60_000).unref()
  return {
    fd: handle.fd,
    lastLine: async () => (await readFile(file, 'utf8')).trim().split('\n').at(-1) ?? '',
    close: async () => {
      clearInterval(timer)
      await handle.close()
    },
  }
}

async function emptyIfLarge(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat()
  if (size > logBytesMax) await handle.truncate(0)
}
