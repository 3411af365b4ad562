import type { Readable } from 'node:stream'
import type { Cell } from '../../../../cells/cells.ts'
import type { House } from '../../../../house.ts'
import type { ByteRange } from '../../../../ports/files.ts'
import type { UploadRow } from '../../table.ts'
import { openUpload } from '../../uploads/read-upload.ts'
import { Interrupted } from './interrupted.ts'

/** An uploaded file to be read from anywhere. */
export type SourceFile = {
  filename: string
  sizeBytes: number
  read(range?: ByteRange): Promise<Readable>
  /** What the store failed with, if it did: then it is not the file that is wrong. */
  fault(): unknown
  /** Whoever reads on asks this often: it throws Interrupted when the server stops. */
  mayGoOn(): void
}

export const openSource = async (
  house: Pick<House, 'keyRing' | 'files'>,
  cell: Cell,
  upload: UploadRow,
  signal?: AbortSignal,
): Promise<SourceFile> => {
  const read = await openUpload(house, cell, upload)
  let fault: unknown
  const noted = (error: unknown): void => {
    // A reader who has seen enough breaks off; that is no fault.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ABORT_ERR') fault ??= error
  }
  return {
    filename: upload.filename,
    sizeBytes: upload.sizeBytes ?? 0,
    async read(range) {
      const stream = await read(range).catch((error) => {
        noted(error)
        throw error
      })
      return stream.once('error', noted)
    },
    fault: () => fault,
    mayGoOn: () => {
      if (signal?.aborted) throw new Interrupted()
    },
  }
}
