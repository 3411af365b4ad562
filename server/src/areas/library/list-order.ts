import { asc, desc, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { listReachMax, type ModelSort, type ProjectSort } from '#contract/library-fields.ts'
import { refuse } from '../../door/refusal.ts'
import { models, projects } from './table.ts'

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

/** Each order ends in the id, so that no row stands on two pages. */
export const orderOfProjects = (sort: ProjectSort): SQL[] => {
  if (sort === 'updated') return [desc(projects.updatedAt), desc(projects.id)]
  if (sort === 'newest') return [desc(projects.createdAt), desc(projects.id)]
  if (sort === 'oldest') return [asc(projects.createdAt), asc(projects.id)]
  if (sort === 'stars') return [desc(projects.starCount), desc(projects.id)]
  if (sort === 'count-desc') return [desc(projects.modelCount), desc(projects.id)]
  return byName(projects, sort === 'name-asc' ? asc : desc)
}

export const orderOfModels = (sort: ModelSort): SQL[] => {
  if (sort === 'newest') return [desc(models.createdAt), desc(models.id)]
  if (sort === 'oldest') return [asc(models.createdAt), asc(models.id)]
  if (sort === 'updated') return [desc(models.updatedAt), desc(models.id)]
  if (sort === 'stars') return [desc(models.starCount), desc(models.id)]
  if (sort === 'fitness') return [sql`${models.bestFitness} desc nulls last`, desc(models.id)]
  return byName(models, sort === 'name-asc' ? asc : desc)
}
