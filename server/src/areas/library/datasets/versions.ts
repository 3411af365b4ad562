import { isDeepStrictEqual } from 'node:util'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { listVersions as endpoint } from '#contract/dataset-contents.ts'
import type { Reply } from '#contract/endpoint.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { DatasetRow } from '../table.ts'
import { type DatasetHead, type DatasetVersionRow, datasetVersions } from './table.ts'
import { lockDataset } from './update-dataset.ts'

/** The first line of the NDJSON of a dataset as it stands (SPEC 16.6). */
export const headOf = ({ task, name, classNames, kptShape }: DatasetRow): DatasetHead => ({
  type: 'dataset',
  task,
  name,
  class_names: Object.fromEntries(classNames.map((className, index) => [String(index), className])),
  ...(kptShape ? { kpt_shape: kptShape } : {}),
})

/** Whether a dataset still stands as this version says. */
export const isUnchanged = (dataset: DatasetRow, { revision, head }: DatasetVersionRow): boolean =>
  revision === dataset.revision && isDeepStrictEqual(head, headOf(dataset))

export const findNewestVersion = async (
  db: Db | Tx,
  datasetId: string,
): Promise<DatasetVersionRow | undefined> => {
  const [newest] = await db
    .select()
    .from(datasetVersions)
    .where(eq(datasetVersions.datasetId, datasetId))
    .orderBy(desc(datasetVersions.version))
    .limit(1)
  return newest
}

/** Keeps a dataset as it stands. Where nothing changed since the newest version that one is returned, and `reused`. Refuses with
 *  dataset_not_ready while images are taken in, and dataset_empty. */
export const makeVersion = (
  actor: Actor,
  datasetId: string,
  description: string | undefined,
  at: Date,
): Promise<{ version: DatasetVersionRow; reused: boolean }> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const dataset = await lockDataset(tx, actor.workspace.id, datasetId)
    if (dataset.status === 'processing') throw refuse('dataset_not_ready')
    if (dataset.imageCount === 0) throw refuse('dataset_empty')
    const newest = await findNewestVersion(tx, datasetId)
    if (newest && isUnchanged(dataset, newest)) return { version: newest, reused: true }
    const [version] = await tx
      .insert(datasetVersions)
      .values({
        id: makeId(at),
        workspaceId: dataset.workspaceId,
        datasetId,
        version: (newest?.version ?? 0) + 1,
        revision: dataset.revision,
        head: headOf(dataset),
        description: description ?? '',
        imageCount: dataset.imageCount,
        classCount: dataset.classCount,
        createdBy: actor.userId,
        createdAt: at,
      })
      .returning()
    if (!version) throw new Error('An insert returned no row')
    return { version, reused: false }
  })

/** A version by its number. Refuses with version_not_found. */
export const findVersion = async (db: Db, datasetId: string, version: number): Promise<DatasetVersionRow> => {
  const [row] = await db
    .select()
    .from(datasetVersions)
    .where(and(eq(datasetVersions.datasetId, datasetId), eq(datasetVersions.version, version)))
  if (!row) throw refuse('version_not_found')
  return row
}

/** Writes beside a version what it is; what it shows stays. Refuses with version_not_found. */
export const describeVersion = async (
  { workspace }: Actor,
  datasetId: string,
  { version, description }: { version: number; description: string },
): Promise<void> => {
  const changed = await workspace.cell.db
    .update(datasetVersions)
    .set({ description })
    .where(
      and(
        eq(datasetVersions.workspaceId, workspace.id),
        eq(datasetVersions.datasetId, datasetId),
        eq(datasetVersions.version, version),
      ),
    )
    .returning({ id: datasetVersions.id })
  if (changed.length === 0) throw refuse('version_not_found')
}

/** Versions of a dataset, newest first. */
export const listVersions = async (
  db: Db,
  datasetId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Reply<typeof endpoint>> => {
  const before = cursor === undefined ? undefined : Number(cursor)
  if (before !== undefined && !(Number.isSafeInteger(before) && before > 0 && before < 2 ** 31))
    throw refuse('invalid_request', { message: 'cursor: is not one of ours' })
  const { version, description, imageCount, classCount, createdAt } = datasetVersions
  const rows = await db
    .select({ version, description, imageCount, classCount, createdAt })
    .from(datasetVersions)
    .where(
      and(
        eq(datasetVersions.datasetId, datasetId),
        before === undefined ? undefined : lt(datasetVersions.version, before),
      ),
    )
    .orderBy(desc(datasetVersions.version))
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    versions: page.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
    ...(last ? { nextCursor: String(last.version) } : {}),
  }
}
