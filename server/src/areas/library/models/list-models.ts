import { and, count, desc, eq, inArray, isNull, type SQL } from 'drizzle-orm'
import type { Reply } from '#contract/endpoint.ts'
import type { ModelSort } from '#contract/library-fields.ts'
import type { listModels as endpoint, getModel } from '#contract/models.ts'
import type { Db, Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { nameHolds, orderOfModels, requireInReach } from '../list-order.ts'
import { listStarred } from '../stars.ts'
import { listedColumns, models, projects, uploads } from '../table.ts'
import { modelView } from '../views.ts'
import type { SeenModel, SeenProject } from '../visible.ts'
import { type Charts, readToldCharts } from './told-charts.ts'
import { findWeights } from './weights.ts'

type ModelView = Reply<typeof endpoint>['models'][number]

/** How the metrics of these models went in their newest runs, for those that have one; `app.ts` hands in training's answer. */
export type ReadCharts = (db: Db | Tx, modelIds: readonly string[]) => Promise<Charts>

type Choice = {
  limit: number
  ids?: string[] | undefined
  fields?: 'summary' | 'charts' | undefined
  q?: string | undefined
  sort?: ModelSort
  offset?: number
}

/** Models of a project, newest first unless `sort` says otherwise. `charts` needs `readCharts`. Refuses with page_out_of_range. */
export const listModels = async (
  { cell, project, username }: SeenProject,
  choice: Choice,
  userId: string | undefined,
  readCharts?: ReadCharts,
): Promise<ModelView[]> => {
  const { limit, fields, sort = 'newest', offset = 0 } = choice
  requireInReach(offset, limit)
  const rows = await cell.db
    .select({ model: listedColumns, weightsBytes: uploads.sizeBytes })
    .from(models)
    .leftJoin(uploads, eq(uploads.id, models.weightsUploadId))
    .where(chosen(project, choice))
    .orderBy(...orderOfModels(sort))
    .limit(limit)
    .offset(offset)
  const found = rows.map(({ model }) => model.id)
  const starred = await listStarred(cell.db, 'model', found, userId)
  const charts =
    fields === 'charts' && readCharts ? await readAllCharts(cell.db, found, readCharts) : undefined
  return rows.map(({ model, weightsBytes }) => {
    const { classNames, ...view } = modelView(model, {
      project,
      username,
      weightsBytes,
      isStarred: starred.has(model.id),
    })
    return {
      ...view,
      ...(classNames && fields !== 'summary' ? { classNames } : {}),
      ...(charts ? { trainResults: charts.get(model.id) ?? [] } : {}),
    }
  })
}

const chosen = (project: SeenProject['project'], { ids, q }: Choice): SQL | undefined =>
  and(
    eq(models.projectId, project.id),
    isNull(models.trashedAt),
    ids ? inArray(models.id, ids) : undefined,
    nameHolds(models, q),
  )

/** How many models of a project there are, on all pages of such a list. */
export const countModels = async (
  { cell, project }: Pick<SeenProject, 'cell' | 'project'>,
  choice: Choice,
): Promise<number> => {
  const [counted] = await cell.db.select({ n: count() }).from(models).where(chosen(project, choice))
  return counted?.n ?? 0
}

/** What a run streamed in, else what somebody told. */
const readAllCharts = async (db: Db, ids: readonly string[], readCharts: ReadCharts): Promise<Charts> => {
  const streamed = await readCharts(db, ids)
  const told = await readToldCharts(
    db,
    ids.filter((id) => !streamed.has(id)),
  )
  return new Map([...told, ...streamed])
}

/** A model in full. */
export const viewModel = async (
  seen: SeenModel,
  userId: string | undefined,
): Promise<Reply<typeof getModel>> => {
  const { cell, model, role } = seen
  const weightsBytes = (await findWeights(seen))?.sizeBytes ?? null
  const isStarred = (await listStarred(cell.db, 'model', [model.id], userId)).has(model.id)
  const { metadata, trainArgs, trainResults } = model
  return {
    model: { ...modelView(model, { ...seen, weightsBytes, isStarred }), metadata, trainArgs, trainResults },
    isOwner: role === 'owner',
  }
}

/** What a model tells of its project. */
const shownOf = {
  id: projects.id,
  slug: projects.slug,
  name: projects.name,
  visibility: projects.visibility,
}

/** Models of the workspace that are trained, last changed first: for pickers. */
export const listCompletedModels = async (
  { userId, workspace: { cell, id, username } }: Actor,
  limit: number,
): Promise<ModelView[]> => {
  const rows = await cell.db
    .select({ model: listedColumns, project: shownOf, weightsBytes: uploads.sizeBytes })
    .from(models)
    .innerJoin(projects, eq(projects.id, models.projectId))
    .leftJoin(uploads, eq(uploads.id, models.weightsUploadId))
    .where(
      and(
        eq(models.workspaceId, id),
        eq(models.status, 'completed'),
        isNull(models.trashedAt),
        isNull(projects.trashedAt),
      ),
    )
    .orderBy(desc(models.updatedAt), desc(models.id))
    .limit(limit)
  const found = rows.map(({ model }) => model.id)
  const starred = await listStarred(cell.db, 'model', found, userId)
  return rows.map(({ model, project, weightsBytes }) =>
    modelView(model, { project, username, weightsBytes, isStarred: starred.has(model.id) }),
  )
}
