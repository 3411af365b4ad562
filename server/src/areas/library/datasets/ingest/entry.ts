import type { Budget } from './budget.ts'
import type { SourceFile } from './source-file.ts'

/** A file in an archive. `read` gives its bytes, or undefined when there are more than `bytesMax`; what is not read is passed over. It is
 *  asked before the next entry. */
export type Entry = {
  segments: string[]
  read(bytesMax: number): Promise<Buffer | undefined>
}

export type Reader = (file: SourceFile, budget: Budget) => AsyncGenerator<Entry>
