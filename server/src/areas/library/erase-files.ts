import { and, eq } from 'drizzle-orm'
import type { Cell } from '../../cells/cells.ts'
import type { House } from '../../house.ts'
import { uploads } from './table.ts'
import { weightsKey } from './weights.ts'

/** Removes the files of a workspace that is going; the rows follow with it. Safe to repeat. */
export const eraseFiles = async (
  { files }: Pick<House, 'files'>,
  cell: Cell,
  workspaceId: string,
): Promise<void> => {
  const stored = await cell.db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(eq(uploads.workspaceId, workspaceId), eq(uploads.state, 'stored')))
  for (const { id } of stored) await files.remove(cell.region, weightsKey(id))
}
