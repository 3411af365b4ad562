import type { Budget } from './budget.ts'
import type { Entry, Reader } from './entry.ts'
import { Interrupted } from './interrupted.ts'
import { readTar } from './read-tar.ts'
import { readZip } from './read-zip.ts'
import { FileRefused } from './refused.ts'
import type { SourceFile } from './source-file.ts'

/** The files of an archive, one after the other. Throws FileRefused for what no archive should hold, or is none; what the store fails with
 *  is thrown as it is. */
export async function* readArchive(file: SourceFile, budget: Budget): AsyncGenerator<Entry> {
  const read: Reader = file.filename.toLowerCase().endsWith('.zip') ? readZip : readTar
  const failed = (error: unknown): never => {
    throw causeOf(file, error)
  }
  try {
    for await (const entry of read(file, budget))
      yield { ...entry, read: (bytesMax) => entry.read(bytesMax).catch(failed) }
  } catch (error) {
    failed(error)
  }
}

/** What is behind an error: the store, a refusal of ours, or an archive that is broken. */
export const causeOf = (file: SourceFile, error: unknown): unknown => {
  if (file.fault() !== undefined) return file.fault()
  if (error instanceof FileRefused || error instanceof Interrupted) return error
  const told = error instanceof Error ? error.message : ''
  if (/^(absolute path|invalid relative path)/.test(told))
    return new FileRefused('The archive holds a path that leads out of it', { cause: error })
  return new FileRefused('The archive is broken or cut short, or is of another kind than its name says', {
    cause: error,
  })
}
