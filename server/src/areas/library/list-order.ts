import { asc, desc, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { type DatasetSort, listReachMax, type ModelSort, type ProjectSort } from '#contract/library-fields.ts'
import { refuse } from '../../door/refusal.ts'
import { datasets, models, projects } from './table.ts'

type Listed = { id: PgColumn; name: PgColumn }

/** Names in any case that hold what somebody typed, signs meaning themselves; nothing typed is found everywhere. */
export const nameHolds = ({ name }: Pick<Listed, 'name'>, q: string | undefined): SQL | undefined =>
  q ? sql`lower(${name}) like ${`%${q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`}` : undefined

/** Refuses with page_out_of_range what lies beyond the reach of an offset. */
export const requireInReach = (offset: number, limit: number): void => {
  if (offset + limit > listReachMax) throw refuse('page_out_of_range')
}

const byName = ({ id, name }: Listed, way: typeof asc): SQL[] => [
  way(sql`lower(${name}) collate "C"`),
  way(id),
]

type Kept = Listed & { createdAt: PgColumn; updatedAt: PgColumn; starCount: PgColumn }

/** Each order ends in the id, so that no row stands on two pages. */
const orderOf = (of: Kept, count: PgColumn, sort: ProjectSort): SQL[] => {
  if (sort === 'updated') return [desc(of.updatedAt), desc(of.id)]
  if (sort === 'newest') return [desc(of.createdAt), desc(of.id)]
  if (sort === 'oldest') return [asc(of.createdAt), asc(of.id)]
  if (sort === 'stars') return [desc(of.starCount), desc(of.id)]
  if (sort === 'count-desc') return [desc(count), desc(of.id)]
  return byName(of, sort === 'name-asc' ? asc : desc)
}

export const orderOfProjects = (sort: ProjectSort): SQL[] => orderOf(projects, projects.modelCount, sort)
export const orderOfDatasets = (sort: DatasetSort): SQL[] => orderOf(datasets, datasets.imageCount, sort)

export const orderOfModels = (sort: ModelSort): SQL[] => {
  if (sort === 'newest') return [desc(models.createdAt), desc(models.id)]
  if (sort === 'oldest') return [asc(models.createdAt), asc(models.id)]
  if (sort === 'updated') return [desc(models.updatedAt), desc(models.id)]
  if (sort === 'stars') return [desc(models.starCount), desc(models.id)]
  if (sort === 'fitness') return [sql`${models.bestFitness} desc nulls last`, desc(models.id)]
  return byName(models, sort === 'name-asc' ? asc : desc)
}
