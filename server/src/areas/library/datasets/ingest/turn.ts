import { and, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import { secondsAfter } from '../../../../clock.ts'
import type { House } from '../../../../house.ts'
import { activeStates } from '../jobs.ts'
import { type DatasetJobRow, datasetJobs, type JobState } from '../table.ts'
import { askToWork } from './begin-ingest.ts'

/* A job is worked on in turns. They end with the work, with a fault, or because a server stops; or never, when a server dies. */

/** Turns in a row that may die before a job is given up: it might be what kills them. */
const lostTurnsMax = 3
/** How long turns may end in faults of ours without an image taken in: a store can be away for hours. */
const stuckSecondsMax = 24 * 3600
/** Whoever is at work says so this often. */
const beatMs = 60_000
/** Whoever was not heard of for so long is taken for dead. */
const silentSeconds = 300

const takingStates: JobState[] = ['queued', 'running']

/** Works on a job, if it is not done, and keeps the account of its turns. A job that nothing can be made of is given up, and so taken back: after
 *  three turns that died, or a day of faults, without an image taken in. */
export const inTurn = async (
  { clock }: Pick<House, 'clock'>,
  cell: Cell,
  jobId: string,
  work: (job: DatasetJobRow) => Promise<void>,
): Promise<void> => {
  const job = await beginTurn(cell, jobId, clock.now())
  if (!job) return
  const beat = setInterval(() => void hearOf(cell, jobId, clock.now()).catch(() => {}), beatMs)
  try {
    await work(job)
    await endTurn(cell, jobId, null)
  } catch (fault) {
    const at = clock.now()
    const since = await endTurn(cell, jobId, at)
    if (since && since < secondsAfter(at, -stuckSecondsMax)) await giveUp(cell, jobId, stuckWords)
    throw fault
  } finally {
    clearInterval(beat)
  }
}

const stuckWords = 'It was tried for a day, and this server failed each time'
const lostWords = 'The server died each time it worked on this file'

const beginTurn = async (cell: Cell, jobId: string, at: Date): Promise<DatasetJobRow | undefined> => {
  const [job] = await cell.db
    .update(datasetJobs)
    .set({ heardAt: at, lostTurns: sql`${datasetJobs.lostTurns} + 1` })
    .where(and(eq(datasetJobs.id, jobId), inArray(datasetJobs.state, activeStates)))
    .returning()
  if (!job || job.lostTurns <= lostTurnsMax) return job
  return (await giveUp(cell, jobId, lostWords)) ?? job
}

/** Images that were taken in meanwhile have cleared what stood here. Returns since when it is stuck. */
const endTurn = async ({ db }: Cell, jobId: string, faultAt: Date | null): Promise<Date | null> => {
  const stuckSince =
    faultAt && sql`coalesce(${datasetJobs.stuckSince}, ${faultAt.toISOString()}::timestamptz)`
  const [job] = await db
    .update(datasetJobs)
    .set({ heardAt: null, lostTurns: 0, stuckSince })
    .where(eq(datasetJobs.id, jobId))
    .returning({ stuckSince: datasetJobs.stuckSince })
  return job?.stuckSince ?? null
}

const hearOf = ({ db }: Cell, jobId: string, at: Date): Promise<unknown> =>
  db.update(datasetJobs).set({ heardAt: at }).where(eq(datasetJobs.id, jobId))

/** Ends a job that still takes in: from here on it is taken back. `error` is a sentence for whoever asked for it. */
export const giveUp = async (
  { db }: Cell,
  jobId: string,
  error: string,
): Promise<DatasetJobRow | undefined> => {
  const [job] = await db
    .update(datasetJobs)
    .set({ state: 'failing', error })
    .where(and(eq(datasetJobs.id, jobId), inArray(datasetJobs.state, takingStates)))
    .returning()
  return job
}

/** Has every job that is not done, and nobody is at, worked on: one that a server left behind when it died, or that failed too often to be
 *  tried again. */
export const resumeDatasetJobs = async ({ cells }: Pick<House, 'cells'>, at: Date): Promise<void> => {
  const silent = or(isNull(datasetJobs.heardAt), lt(datasetJobs.heardAt, secondsAfter(at, -silentSeconds)))
  for (const cell of cells.all) {
    const open = await cell.db
      .select({ id: datasetJobs.id })
      .from(datasetJobs)
      .where(and(inArray(datasetJobs.state, activeStates), silent))
      .orderBy(datasetJobs.seq)
      .limit(resumedMax)
    for (const { id } of open) await cell.db.transaction((tx) => askToWork(tx, cell.id, id))
  }
}

const resumedMax = 1000
