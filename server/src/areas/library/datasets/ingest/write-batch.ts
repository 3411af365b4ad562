import { and, asc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import type { JobReport, SkipReason } from '#contract/dataset-fields.ts'
import type { Cell } from '../../../../cells/cells.ts'
import type { Tx } from '../../../../cells/database.ts'
import { makeId } from '../../../../crypto/token.ts'
import type { CurrentAllowances } from '../../../workspaces/allowances.ts'
import { addStorage, lockAllowances } from '../../../workspaces/storage.ts'
import { type DatasetRow, datasetImages, datasets, uploads } from '../../table.ts'
import type { Kept } from '../files/store-file.ts'
import { type DatasetJobRow, datasetJobs, datasetVersions, imageFiles } from '../table.ts'
import type { Item } from './item.ts'
import { limits } from './limits.ts'

/** Somebody else is at this job, or it was called off: whoever finds it so stops, and changes nothing. */
export class JobOvertaken extends Error {}
/** A file went while it was about to be shown again. It is stored anew when its images are dealt with again. */
class FileGone extends Error {}

/** An image whose bytes are stored, or that was left out. */
export type Done = { item: Item; kept: Kept | undefined; labelBytes: number; skip: SkipReason | undefined }

const examplesMax = 20

/** Writes images of a job under its revision, where nobody sees them yet, with their files, what they count, and how far the job has come:
 *  all of it or nothing. Returns the job as it is then, and new files that turned out to be of no use. Refuses with storage_limit_exceeded,
 *  workspace_not_found; throws JobOvertaken, FileGone. */
export const writeBatch = async (
  cell: Cell,
  job: DatasetJobRow,
  batch: readonly Done[],
  at: Date,
): Promise<{ job: DatasetJobRow; unused: string[] }> =>
  cell.db.transaction(async (tx) => {
    const allowances = await lockAllowances(tx, job.workspaceId, at)
    const dataset = await holdJob(tx, job)
    const kept = batch.flatMap(({ kept }) => (kept ? [kept] : []))
    await takeIntoUse(tx, kept)
    const { images, replaced, skips } = await placeAll(tx, job, dataset, batch)
    if (replaced.length > 0)
      await tx
        .update(datasetImages)
        .set({ removedRevision: job.revision })
        .where(
          inArray(
            datasetImages.id,
            replaced.map(({ id }) => id),
          ),
        )
    // Made at once, so in an order; the order of the file.
    const ids = images.map(() => makeId(at)).sort()
    const rows = images.map((image, index) => ({ ...image, id: ids[index] ?? '' }))
    if (rows.length > 0) await tx.insert(datasetImages).values(rows)
    const bytes = rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    // What goes when the job is done does not stand in its way.
    const going = replaced.filter(({ isKept }) => !isKept)
    const replacedBytes = job.replacedBytes + going.reduce((sum, { countedBytes }) => sum + countedBytes, 0)
    const passing = replacedBytes + (await bytesOfUpload(tx, job))
    await addStorage(tx, job.workspaceId, withRoom(allowances, passing), { datasets: bytes })
    const shown = new Set(rows.map(({ fileId }) => fileId))
    const unused = kept.filter(({ id, isNew }) => isNew && !shown.has(id)).map(({ id }) => id)
    if (unused.length > 0)
      await tx
        .update(imageFiles)
        .set({ digest: null, unusedSince: at })
        .where(and(inArray(imageFiles.id, unused), isNotNull(imageFiles.digest)))
    const [moved] = await tx
      .update(datasetJobs)
      .set({
        doneEntries: job.doneEntries + batch.length,
        processed: job.processed + batch.length,
        report: reportOf(job.report, batch, skips),
        replaced: job.replaced + replaced.length,
        replacedBytes,
        lostTurns: 0,
        stuckSince: null,
      })
      .where(eq(datasetJobs.id, job.id))
      .returning(progress)
    if (!moved) throw new JobOvertaken()
    return { job: { ...job, ...moved }, unused }
  })

/** What a batch moves of a job. */
const progress = {
  doneEntries: datasetJobs.doneEntries,
  processed: datasetJobs.processed,
  report: datasetJobs.report,
  replaced: datasetJobs.replaced,
  replacedBytes: datasetJobs.replacedBytes,
}

const withRoom = (allowances: CurrentAllowances, bytes: number): CurrentAllowances => ({
  ...allowances,
  storageBytesMax: allowances.storageBytesMax === null ? null : allowances.storageBytesMax + bytes,
})

const bytesOfUpload = async (tx: Tx, { uploadId }: DatasetJobRow): Promise<number> => {
  if (uploadId === null) return 0
  const [upload] = await tx.select({ bytes: uploads.sizeBytes }).from(uploads).where(eq(uploads.id, uploadId))
  return upload?.bytes ?? 0
}

/** The dataset of a job, both locked, while the job is as far as the caller believes. The caller holds the lock of the workspace. */
export const holdJob = async (tx: Tx, job: DatasetJobRow): Promise<DatasetRow> => {
  const { state, doneEntries } = datasetJobs
  const [current] = await tx
    .select({ state, doneEntries })
    .from(datasetJobs)
    .where(eq(datasetJobs.id, job.id))
    .for('no key update')
  if (current?.state !== 'running' || current.doneEntries !== job.doneEntries) throw new JobOvertaken()
  const [dataset] = await tx
    .select()
    .from(datasets)
    .where(and(eq(datasets.id, job.datasetId), isNull(datasets.trashedAt)))
    .for('no key update')
  if (!dataset) throw new JobOvertaken()
  return dataset
}

/** Holds the files that are there until the commit, and lets new ones be found. Locked in the order of `releaseFiles`. */
const takeIntoUse = async (tx: Tx, kept: readonly Kept[]): Promise<void> => {
  const known = [...new Set(kept.filter(({ isNew }) => !isNew).map(({ id }) => id))]
  if (known.length > 0) {
    const there = await tx
      .select({ id: imageFiles.id })
      .from(imageFiles)
      .where(and(inArray(imageFiles.id, known), isNotNull(imageFiles.digest)))
      .orderBy(asc(imageFiles.id))
      .for('key share')
    if (there.length < known.length) throw new FileGone()
  }
  const fresh = [...new Map(kept.filter(({ isNew }) => isNew).map((file) => [file.id, file])).values()]
  for (const { id, digest, sizeBytes, facts } of fresh.sort((a, b) => Buffer.compare(a.digest, b.digest))) {
    const { rowCount } = await tx
      .update(imageFiles)
      .set({ digest, sizeBytes, ...facts, unusedSince: null })
      .where(and(eq(imageFiles.id, id), isNull(imageFiles.digest), eq(imageFiles.isGoing, false)))
    if (rowCount === 0) throw new FileGone()
  }
}

type NewImage = Omit<typeof datasetImages.$inferInsert, 'id'>
type Placed = { images: NewImage[]; replaced: Named[]; skips: Map<Done, SkipReason> }

/** Where each image goes: whether its name is free, and what happens if not. */
const placeAll = async (
  tx: Tx,
  job: DatasetJobRow,
  dataset: DatasetRow,
  batch: readonly Done[],
): Promise<Placed> => {
  const placed: Placed = { images: [], replaced: [], skips: new Map() }
  const names = await findNames(tx, dataset.id, batch)
  const left = Object.values(job.report.skipped ?? {}).reduce((sum, each) => sum + each, 0)
  const room = limits.imagesMax - dataset.imageCount - (job.processed - left) + job.replaced
  for (const done of batch) {
    const { item, kept, labelBytes, skip } = done
    const reason = skip ?? (placed.images.length - placed.replaced.length >= room ? 'over_limit' : undefined)
    const outcome = reason ?? placeOne(job, names, item, kept)
    if (typeof outcome === 'string') {
      placed.skips.set(done, outcome)
      continue
    }
    const { file, stem, fileId, pictureBytes, replaces } = outcome
    const countedBytes = pictureBytes + labelBytes
    if (replaces) placed.replaced.push(replaces)
    const named = { id: '', file, fileId, pictureBytes, countedBytes, isOfJob: true, isKept: false }
    names.set(`${item.split}/${stem}`, named)
    placed.images.push({
      workspaceId: job.workspaceId,
      datasetId: dataset.id,
      file,
      split: item.split,
      annotations: item.annotations,
      labelBytes,
      sizeBytes: countedBytes,
      fileId,
      addedRevision: job.revision,
    })
  }
  return placed
}

/** An image that has a name. `isKept`: a version shows it, so it stays when it is replaced. */
type Named = {
  id: string
  file: string
  fileId: string
  pictureBytes: number
  countedBytes: number
  isOfJob: boolean
  isKept: boolean
}
type Outcome = { file: string; stem: string; fileId: string; pictureBytes: number; replaces?: Named }

/** As the column is made. */
const stemOf = (file: string): string =>
  withoutEnding(file).replace(/[A-Z]/g, (letter) => letter.toLowerCase())
const withoutEnding = (file: string): string => file.replace(/\.[^.]*$/, '')
/** A name beside one that is taken: the same picture always gets the same. */
const besideOf = (file: string, fileId: string): string => {
  const stem = withoutEnding(file)
  return `${stem}-${fileId.slice(-8)}${file.slice(stem.length)}`
}

const placeOne = (
  { options }: DatasetJobRow,
  names: Map<string, Named>,
  { split, file }: Item,
  kept: Kept | undefined,
): Outcome | SkipReason => {
  const there = names.get(`${split}/${stemOf(file)}`)
  const fileId = kept?.id ?? there?.fileId
  if (fileId === undefined) return 'no_image'
  const pictureBytes = kept?.sizeBytes ?? there?.pictureBytes ?? 0
  // Labels alone leave an image its name.
  const taken = { file: kept ? file : (there?.file ?? file), stem: stemOf(file), fileId, pictureBytes }
  if (!there) return taken
  // Of one file both stay, since neither was there before the other.
  const policy = there.isOfJob && kept ? 'keep_both' : (options.conflictPolicy ?? 'skip')
  if (policy === 'replace' && !there.isOfJob) return { ...taken, replaces: there }
  if (policy !== 'keep_both' || !kept || there.fileId === kept.id) return 'name_taken'
  const beside = besideOf(file, kept.id)
  if (names.has(`${split}/${stemOf(beside)}`)) return 'name_taken'
  return { ...taken, file: beside, stem: stemOf(beside) }
}

const nameColumns = {
  id: datasetImages.id,
  file: datasetImages.file,
  split: datasetImages.split,
  stem: datasetImages.stem,
  fileId: datasetImages.fileId,
  countedBytes: datasetImages.sizeBytes,
  addedRevision: datasetImages.addedRevision,
}

/** What is there under the names of a batch, and under those they may get instead. */
const findNames = async (tx: Tx, datasetId: string, batch: readonly Done[]): Promise<Map<string, Named>> => {
  const wanted = batch.flatMap(({ item: { split, file }, kept }) => [
    [split, stemOf(file)] as const,
    ...(kept ? [[split, stemOf(besideOf(file, kept.id))] as const] : []),
  ])
  const newest = sql<number>`(select coalesce(max(revision), -1) from ${datasetVersions}
    where ${datasetVersions.datasetId} = ${datasetId})`
  const [dataset] = await tx
    .select({ revision: datasets.revision, newestVersion: newest })
    .from(datasets)
    .where(eq(datasets.id, datasetId))
  const { revision = 0, newestVersion = -1 } = dataset ?? {}
  const rows = await tx
    .select({ ...nameColumns, pictureBytes: imageFiles.sizeBytes })
    .from(datasetImages)
    .innerJoin(imageFiles, eq(imageFiles.id, datasetImages.fileId))
    .where(
      and(
        eq(datasetImages.datasetId, datasetId),
        isNull(datasetImages.removedRevision),
        sql`(${datasetImages.split}, ${datasetImages.stem}) in (${sql.join(
          wanted.map(([split, stem]) => sql`(${split}, ${stem})`),
          sql`, `,
        )})`,
      ),
    )
  return new Map(
    rows.map(({ split, stem, addedRevision, pictureBytes, ...row }) => [
      `${split}/${stem}`,
      {
        ...row,
        pictureBytes: pictureBytes ?? 0,
        isOfJob: addedRevision > revision,
        isKept: addedRevision <= newestVersion,
      },
    ]),
  )
}

const reportOf = (before: JobReport, batch: readonly Done[], skips: Map<Done, SkipReason>): JobReport => {
  const skipped = { ...before.skipped }
  for (const reason of skips.values()) skipped[reason] = (skipped[reason] ?? 0) + 1
  const examples = [...skips].map(([{ item }, reason]) => ({ file: item.name, reason }))
  const badLabels = (before.badLabels ?? 0) + batch.reduce((sum, { item }) => sum + item.badLabels, 0)
  return {
    ...before,
    ...(skips.size > 0
      ? { skipped, examples: [...(before.examples ?? []), ...examples].slice(0, examplesMax) }
      : {}),
    ...(badLabels > 0 ? { badLabels } : {}),
  }
}
