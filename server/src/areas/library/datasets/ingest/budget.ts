import { Transform } from 'node:stream'
import { limits } from './limits.ts'
import { FileRefused } from './refused.ts'
import type { SourceFile } from './source-file.ts'

const inWords = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${Math.floor(bytes / 2 ** 30)} GB` : `${Math.floor(bytes / 2 ** 20)} MB`

/** How many files of an archive may hold nothing. */
const emptyFilesMax = 100_000

/** What an archive has come to while it is read. Refuses what grows past the limits; headers are not asked. Throws Interrupted when the server
 *  stops meanwhile. */
export class Budget {
  private entries = 0
  private empty = 0
  private expanded = 0
  private readonly expandedMax: number
  private readonly file: Pick<SourceFile, 'sizeBytes' | 'mayGoOn'>
  constructor(file: Pick<SourceFile, 'sizeBytes' | 'mayGoOn'>) {
    this.file = file
    const byRatio = Math.max(limits.expandedBytesFree, file.sizeBytes * limits.expandedRatioMax)
    this.expandedMax = Math.min(limits.expandedBytesMax, byRatio)
  }

  countEntry(isEmptyFile: boolean): void {
    this.file.mayGoOn()
    this.entries += 1
    if (isEmptyFile) this.empty += 1
    if (this.entries > limits.entriesMax)
      throw new FileRefused(`The archive holds more than ${limits.entriesMax.toLocaleString('en')} entries`)
    if (this.empty > emptyFilesMax)
      throw new FileRefused(`The archive holds more than ${emptyFilesMax.toLocaleString('en')} empty files`)
  }

  expand(bytes: number): void {
    this.file.mayGoOn()
    this.expanded += bytes
    if (this.expanded > this.expandedMax)
      throw new FileRefused(
        `The archive unpacks to more than ${inWords(this.expandedMax)}, which is too much for its size`,
      )
  }

  /** Counts what flows through. */
  counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        try {
          this.expand(chunk.length)
          done(null, chunk)
        } catch (refused) {
          done(refused as Error)
        }
      },
    })
  }
}
