import { and, eq, inArray } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import { Refusal } from '../../../../door/refusal.ts'
import type { House } from '../../../../house.ts'
import type { JobPayload } from '../../../../outbox/outbox.ts'
import { datasets } from '../../table.ts'
import { type DatasetJobRow, datasetJobs, type IngestPlan } from '../table.ts'
import { askToWork } from './begin-ingest.ts'
import { dropReplaced } from './drop-replaced.ts'
import { finishJob, takeBack, tidy } from './finish-job.ts'
import { ImageBatch } from './image-batch.ts'
import { Interrupted } from './interrupted.ts'
import { limits } from './limits.ts'
import { openItems, type Work } from './open-items.ts'
import { FileRefused } from './refused.ts'
import { giveUp, inTurn } from './turn.ts'
import { JobOvertaken } from './write-batch.ts'

type Needs = Pick<House, 'cells' | 'files' | 'keyRing' | 'clock' | 'siteUrl'>

/** Job: takes a file, or a copy of another dataset, into a dataset. It goes on where an earlier turn stopped or died: what was written is
 *  counted in the same transactions, and shows only at the end. After some minutes of images, or when the server stops, it leaves the rest to
 *  another turn. What goes wrong with the file is taken back and told; a fault of ours is tried again, but not for ever (`inTurn`). */
export const workOnDataset = async (
  house: Needs,
  { cellId = '', jobId = '' }: JobPayload,
  signal?: AbortSignal,
): Promise<void> => {
  const cell = house.cells.get(cellId)
  await inTurn(house, cell, jobId, (job) =>
    unlessOvertaken(async () => {
      await unlessRefused(cell, job, () => advance(house, cell, job, signal))
      const [now] = await cell.db.select().from(datasetJobs).where(eq(datasetJobs.id, jobId))
      if (now?.state === 'tidying') await tidy(house, cell, now, house.clock.now())
      if (now?.state !== 'failing') return
      await takeBack(cell, now, house.clock.now())
      if (now.kind === 'clone') await dropReplaced(house, cell, now, house.clock.now())
    }),
  )
}

const unlessOvertaken = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (fault) {
    const isGone = fault instanceof Refusal && fault.reason === 'workspace_not_found'
    if (!isGone && !(fault instanceof JobOvertaken)) throw fault
  }
}

/** A refusal of the file, or of the plan, ends the job: from here on it is taken back. */
const unlessRefused = async (cell: Cell, job: DatasetJobRow, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (fault) {
    const isOfFile = fault instanceof FileRefused
    if (!isOfFile && !(fault instanceof Refusal && fault.reason === 'storage_limit_exceeded')) throw fault
    await giveUp(cell, job.id, fault.message)
  }
}

const advance = async (
  house: Needs,
  cell: Cell,
  known: DatasetJobRow,
  signal: AbortSignal | undefined,
): Promise<void> => {
  if (known.state !== 'queued' && known.state !== 'running') return
  const [dataset] = await cell.db.select().from(datasets).where(eq(datasets.id, known.datasetId))
  const [job] = await cell.db
    .update(datasetJobs)
    .set({ state: 'running' })
    .where(and(eq(datasetJobs.id, known.id), inArray(datasetJobs.state, ['queued', 'running'])))
    .returning()
  if (!job || !dataset || dataset.trashedAt) return
  const batch = new ImageBatch(house, cell, job)
  const work: Work = { house, cell, dataset, job, keep: (bytes) => batch.keep(bytes), signal }
  try {
    const plan = await takeIn(work, batch)
    await batch.write()
    if (plan) await finishJob(cell, batch.job, plan, house.clock.now())
    else await cell.db.transaction((tx) => askToWork(tx, cell.id, job.id))
  } catch (fault) {
    // What no image came to show must not wait for the sweep.
    await batch.discard()
    throw fault
  }
}

/** Takes in images until there are no more, and returns the plan they followed; or nothing when the turn is over before. */
const takeIn = async (work: Work, batch: ImageBatch): Promise<IngestPlan | undefined> => {
  try {
    const { plan, items } = await openItems(work)
    let endMs: number | undefined
    for await (const item of items) {
      // Reading up to where the last turn left off is no work of this one.
      endMs ??= performance.now() + limits.sliceMs
      await batch.add(item)
      if (work.signal?.aborted || performance.now() > endMs) return undefined
    }
    return plan
  } catch (fault) {
    if (fault instanceof Interrupted) return undefined
    throw fault
  }
}
