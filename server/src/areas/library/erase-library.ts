import { eq, sql } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { House } from '../../house.ts'
import { uploads } from './table.ts'
import { uploadKey } from './uploads/upload-key.ts'

/** Removes the files of a workspace that is going; the rows follow with it. Safe to repeat. */
export const eraseFiles = async (
  { files }: Pick<House, 'files'>,
  cell: Cell,
  workspaceId: string,
): Promise<void> => {
  const kept = await cell.db
    .select({ id: uploads.id, assetType: uploads.assetType })
    .from(uploads)
    // Those that were never finished too: their parts are there.
    .where(eq(uploads.workspaceId, workspaceId))
  for (const upload of kept) await files.remove(cell.region, uploadKey(upload))
}

/** How many rows one statement takes away. */
const batchMax = 200

/** Takes away the models, datasets and projects of a workspace that is going, with all that hangs on them, a few at a time: what the
 *  last transaction has left to do is small. Safe to repeat. */
export const eraseLibrary = async (cell: Cell, workspaceId: string): Promise<void> => {
  for (const table of ['dataset_images', 'datasets', 'models', 'projects'])
    for (let gone = batchMax; gone === batchMax; ) {
      const name = sql.identifier(table)
      const { rowCount } = await cell.db.execute(sql`
        delete from ${name} where id in (
          select id from ${name} where workspace_id = ${workspaceId} limit ${batchMax})`)
      gone = rowCount ?? 0
    }
}
