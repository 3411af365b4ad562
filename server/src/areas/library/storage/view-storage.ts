import { and, count, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Reply } from '#contract/endpoint.ts'
import type { getStorage as endpoint } from '#contract/storage.ts'
import type { Db } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { loadStorage } from '../../workspaces/storage.ts'
import { datasets, exports, models, projects, uploads } from '../table.ts'
import { lyingIn } from '../trash/lying.ts'
import { trashItems } from '../trash/table.ts'

type Shown = Reply<typeof endpoint>
type Breakdown = NonNullable<Shown['breakdown']>

/** What a workspace takes and may take (SPEC 11.1). Bytes come from the counters, counts from what is there. */
export const viewStorage = async (actor: Actor, details: boolean, at: Date): Promise<Shown> => {
  const { cell, id: workspaceId, plan, region, username } = actor.workspace
  const [storage, counts, breakdown] = await Promise.all([
    loadStorage(cell.db, workspaceId, at),
    countLibrary(cell.db, workspaceId),
    details ? breakDown(cell.db, workspaceId) : undefined,
  ])
  const { allowances, totalBytes, stored } = storage
  return {
    tier: plan,
    usage: {
      projects: limited(counts.projects, null),
      datasets: limited(counts.datasets, null),
      models: limited(counts.models, allowances.modelsMax),
      images: limited(counts.images, null),
      deployments: limited(counts.deployments, allowances.deploymentsMax),
      storage: limited(totalBytes, allowances.storageBytesMax),
    },
    updatedAt: at.toISOString(),
    ...(breakdown
      ? {
          breakdown: {
            byCategory: {
              datasets: { bytes: stored.datasets, count: counts.datasets },
              models: { bytes: stored.models, count: counts.models },
              exports: { bytes: stored.exports, count: counts.exports },
            },
            ...breakdown,
          },
        }
      : {}),
    region,
    username,
  }
}

/** Where the plan sets no limit, both other numbers are 0 (SPEC, question 44). */
export const limited = (current: number, max: number | null): Shown['usage']['storage'] =>
  max === null || max === 0
    ? { current, limit: 0, percent: 0 }
    : { current, limit: max, percent: Math.round((current / max) * 1000) / 10 }

type Counts = Record<'projects' | 'datasets' | 'models' | 'images' | 'deployments' | 'exports', number>

const countLibrary = async (db: Db, workspaceId: string): Promise<Counts> => {
  const living = sql`where workspace_id = ${workspaceId} and trashed_at is null`
  const { rows } = await db.execute<Counts>(sql`
    select
      (select count(*) from projects ${living})::int as projects,
      (select count(*) from datasets ${living})::int as datasets,
      (select count(*) from models ${living})::int as models,
      (select coalesce(sum(image_count), 0) from datasets ${living})::int as images,
      (select count(*) from deployments left join models on models.id = model_id
       where deployments.workspace_id = ${workspaceId} and (model_id is null or trashed_at is null))::int as deployments,
      (select count(*) from exports join models on models.id = model_id
       where exports.workspace_id = ${workspaceId} and size_bytes > 0 and trashed_at is null)::int as exports`)
  return rows[0] ?? { projects: 0, datasets: 0, models: 0, images: 0, deployments: 0, exports: 0 }
}

const topMax = 10

const breakDown = async (db: Db, workspaceId: string): Promise<Pick<Breakdown, 'trash' | 'topItems'>> => {
  const [[trash], ...tops] = await Promise.all([
    db
      .select({
        bytes: sql`coalesce(sum(${trashItems.sizeBytes}), 0)`.mapWith(Number),
        count: count(),
      })
      .from(trashItems)
      .where(lyingIn(workspaceId)),
    topModels(db, workspaceId),
    topDatasets(db, workspaceId),
    topExports(db, workspaceId),
  ])
  const topItems = tops
    .flat()
    .sort((a, b) => b.sizeBytes - a.sizeBytes)
    .slice(0, topMax)
  return { trash: trash ?? { bytes: 0, count: 0 }, topItems }
}

type TopItem = Breakdown['topItems'][number]

/** The largest of what can be looked at; what is in the trash has a sum of its own. */
const topModels = async (db: Db, workspaceId: string): Promise<TopItem[]> => {
  const rows = await db
    .select({
      _id: models.id,
      name: models.name,
      slug: models.slug,
      sizeBytes: uploads.sizeBytes,
      parentName: projects.name,
      parentSlug: projects.slug,
    })
    .from(uploads)
    .innerJoin(models, eq(models.weightsUploadId, uploads.id))
    .innerJoin(projects, eq(projects.id, models.projectId))
    .where(and(eq(uploads.workspaceId, workspaceId), gt(uploads.sizeBytes, 0), isNull(models.trashedAt)))
    .orderBy(desc(uploads.sizeBytes))
    .limit(topMax)
  return rows.map((row) => ({ ...row, sizeBytes: row.sizeBytes ?? 0, type: 'model' }))
}

const topDatasets = async (db: Db, workspaceId: string): Promise<TopItem[]> => {
  const rows = await db
    .select({ _id: datasets.id, name: datasets.name, slug: datasets.slug, sizeBytes: datasets.imageBytes })
    .from(datasets)
    .where(and(eq(datasets.workspaceId, workspaceId), gt(datasets.imageBytes, 0), isNull(datasets.trashedAt)))
    .orderBy(desc(datasets.imageBytes))
    .limit(topMax)
  return rows.map((row) => ({ ...row, type: 'dataset' }))
}

const topExports = async (db: Db, workspaceId: string): Promise<TopItem[]> => {
  const rows = await db
    .select({
      _id: exports.id,
      format: exports.format,
      sizeBytes: exports.sizeBytes,
      parentName: models.name,
      parentSlug: models.slug,
      projectSlug: projects.slug,
    })
    .from(exports)
    .innerJoin(models, eq(models.id, exports.modelId))
    .innerJoin(projects, eq(projects.id, models.projectId))
    .where(and(eq(exports.workspaceId, workspaceId), gt(exports.sizeBytes, 0), isNull(models.trashedAt)))
    .orderBy(desc(exports.sizeBytes))
    .limit(topMax)
  return rows.map(({ format, ...row }) => ({
    ...row,
    name: `${row.parentName} (${format})`,
    sizeBytes: row.sizeBytes ?? 0,
    type: 'export',
  }))
}
