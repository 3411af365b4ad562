import { eq } from 'drizzle-orm'
import type { Cell } from '../../../../cells/cells.ts'
import type { House } from '../../../../house.ts'
import { type DatasetRow, type UploadRow, uploads } from '../../table.ts'
import { type DatasetJobRow, datasetJobs, type IngestPlan } from '../table.ts'
import { followLink } from './follow-link.ts'
import { imagesOfArchive, scanArchive } from './from-archive.ts'
import { imagesOfDataset } from './from-dataset.ts'
import { imagesOfNdjson, scanNdjson } from './from-ndjson.ts'
import type { Item } from './item.ts'
import { fileNameOf } from './layout.ts'
import { limits } from './limits.ts'
import { planOf, type Told } from './plan.ts'
import { FileRefused } from './refused.ts'
import { openSource, type SourceFile } from './source-file.ts'
import type { KeepBytes } from './taking.ts'

/** A job, and what it works with. */
export type Work = {
  house: Pick<House, 'cells' | 'files' | 'keyRing' | 'clock' | 'siteUrl'>
  cell: Cell
  dataset: DatasetRow
  job: DatasetJobRow
  keep: KeepBytes
  /** Aborted when the server stops. */
  signal: AbortSignal | undefined
}

type Opened = { plan: IngestPlan; items: AsyncGenerator<Item> }

/** What a job takes in, from where it stopped. Its plan is made once, when all of the file was looked at. Refuses a file by FileRefused. */
export const openItems = async (work: Work): Promise<Opened> => {
  const { cell, job } = work
  if (job.kind === 'clone') return openClone(work)
  const [upload] = await cell.db
    .select()
    .from(uploads)
    .where(eq(uploads.id, job.uploadId ?? ''))
  if (!upload) throw new FileRefused('The uploaded file is no longer there')
  const file = await openSource(work.house, cell, upload, work.signal)
  if (upload.assetType === 'images') return openImage(work, upload, file)
  const isNdjson = file.filename.toLowerCase().endsWith('.ndjson')
  const plan =
    job.plan ??
    (await settlePlan(work, isNdjson ? await scanNdjson(file) : await scanArchive(cell.db, file, job.id)))
  const taking = {
    db: cell.db,
    file,
    plan,
    jobId: job.id,
    split: job.options.targetSplit,
    skip: job.doneEntries,
  }
  const { house, keep } = work
  return {
    plan,
    items: isNdjson
      ? imagesOfNdjson(taking, keep, followLink(house, cell, keep))
      : imagesOfArchive(taking, keep),
  }
}

const settlePlan = async (
  { cell, dataset, job }: Work,
  { told, total }: { told: Told; total: number },
): Promise<IngestPlan> => {
  const plan = planOf(dataset, told, job.options.classMapping)
  await cell.db.update(datasetJobs).set({ plan, total }).where(eq(datasetJobs.id, job.id))
  return plan
}

/** One image that was uploaded by itself. */
const openImage = async (work: Work, upload: UploadRow, file: SourceFile): Promise<Opened> => {
  const { dataset, job, keep } = work
  const plan = planOf(dataset, { names: [], folders: [], hasLabels: true, task: dataset.task })
  const split = job.options.targetSplit ?? 'train'
  const items = async function* (): AsyncGenerator<Item> {
    if (job.doneEntries > 0) return
    const name = fileNameOf([upload.filename])
    const isFitting = file.sizeBytes <= limits.imageBytesMax
    const bytes = async () => {
      const chunks: Buffer[] = []
      for await (const chunk of await file.read()) chunks.push(chunk as Buffer)
      return keep(Buffer.concat(chunks))
    }
    const item = { name, split, file: name, keep: bytes, annotations: {}, badLabels: 0 }
    yield isFitting ? item : { ...item, skip: 'too_large' }
  }
  return { plan, items: items() }
}

const openClone = async ({ house, cell, job, keep }: Work): Promise<Opened> => {
  const { plan, source } = job
  if (!plan || !source) throw new Error('A copy has no plan')
  const range = { skip: job.doneEntries, total: job.total ?? 0 }
  return { plan, items: imagesOfDataset(house, cell, source, range, keep) }
}
