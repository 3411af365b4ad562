import { and, eq, inArray } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import type { Tx } from '../../../../cells/database.ts'
import { datasetJobs } from '../table.ts'
import { askToWork } from './begin-ingest.ts'

/** Ends what is being taken into a dataset that goes to the trash: what was written of it is taken back. The caller holds the locks. */
export const callOffJob = async (tx: Tx, cell: Cell, datasetId: string): Promise<void> => {
  const called = await tx
    .update(datasetJobs)
    .set({ state: 'failing', error: 'The dataset was moved to the trash' })
    .where(and(eq(datasetJobs.datasetId, datasetId), inArray(datasetJobs.state, ['queued', 'running'])))
    .returning({ id: datasetJobs.id })
  for (const { id } of called) await askToWork(tx, cell.id, id)
}
