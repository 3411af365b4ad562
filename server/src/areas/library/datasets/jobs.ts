import { and, desc, eq, getTableColumns, inArray } from 'drizzle-orm'
import type { Db, Tx } from '../../../cells/database.ts'
import { type DatasetJobRow, datasetJobs, type JobState } from './table.ts'

/** States in which a job still has something to do. */
export const activeStates: JobState[] = ['queued', 'running', 'tidying', 'failing']

/** A job without its plan, which names all classes. */
export type LastJob = Omit<DatasetJobRow, 'plan'>

export const findLastJob = async (db: Db | Tx, datasetId: string): Promise<LastJob | undefined> => {
  const { plan: _plan, ...columns } = getTableColumns(datasetJobs)
  const [job] = await db
    .select(columns)
    .from(datasetJobs)
    .where(eq(datasetJobs.datasetId, datasetId))
    .orderBy(desc(datasetJobs.seq))
    .limit(1)
  return job
}

/** The job that is at work on a dataset, locked. The caller holds the lock of the workspace. */
export const lockActiveJob = async (tx: Tx, datasetId: string): Promise<DatasetJobRow | undefined> => {
  const [job] = await tx
    .select()
    .from(datasetJobs)
    .where(and(eq(datasetJobs.datasetId, datasetId), inArray(datasetJobs.state, activeStates)))
    .for('no key update')
  return job
}
