import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { makeToken } from '../crypto/token.ts'
import { type FilePort, requireKey } from './files.ts'

/** A rename is on the disk only once its folder is; the row that names the file is committed after this. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder)
  await handle.sync().catch(() => {}) // not every system can
  await handle.close()
}

/** Files on the local disk, one folder per region. */
export const diskFiles = (folder: string): FilePort => {
  const incoming = join(folder, 'incoming')
  const pathOf = (region: string, key: string): string => {
    requireKey(key)
    return join(folder, region, key)
  }
  return {
    async stage(region, key, bytes) {
      const path = pathOf(region, key)
      await mkdir(incoming, { recursive: true })
      const temporary = join(incoming, makeToken())
      try {
        await pipeline(bytes, createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true }))
      } catch (error) {
        await unlink(temporary).catch(() => {})
        throw error
      }
      return {
        async publish() {
          await mkdir(dirname(path), { recursive: true })
          await rename(temporary, path)
          await syncFolder(dirname(path))
        },
        discard: () => unlink(temporary).catch(() => {}),
      }
    },
    async read(region, key, range) {
      const path = pathOf(region, key)
      const stream = createReadStream(path, range && { start: range.start, end: range.end - 1 })
      await new Promise<void>((done, failed) => {
        stream.once('open', () => done())
        stream.once('error', failed)
      })
      return stream
    },
    async remove(region, key) {
      await rm(pathOf(region, key), { force: true, recursive: true })
    },
    async sweep(olderThan) {
      for (const name of await readdir(incoming).catch(() => [])) {
        const path = join(incoming, name)
        const found = await stat(path).catch(() => undefined)
        if (found && found.mtime < olderThan) await unlink(path).catch(() => {})
      }
    },
  }
}
