import type { Split } from '#contract/dataset-fields.ts'
import type { Db } from '../../../../cells/database.ts'
import type { Kept } from '../files/store-file.ts'
import type { IngestPlan } from '../table.ts'
import type { SourceFile } from './source-file.ts'

/** What is needed to read images out of a file. `skip` entries were dealt with before. */
export type Taking = {
  db: Db
  file: SourceFile
  plan: IngestPlan
  jobId: string
  split: Split | undefined
  skip: number
}

/** Stores the bytes of an image. */
export type KeepBytes = (bytes: Buffer) => Promise<Kept>
