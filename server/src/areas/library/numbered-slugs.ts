import { eq, like, or, type SQL } from 'drizzle-orm'
import type { datasets, models, projects } from './table.ts'

type SlugColumn = typeof projects.slug | typeof models.slug | typeof datasets.slug

/** As much of a slug is left at least when it is cut to make room for a number. */
const uncutLength = 100

/** A slug, and whatever may be a numbered one of it. A long one is cut to make room for its number, so its neighbours are looked for by
 *  less than all of it. */
export const orNumbered = (column: SlugColumn, slug: string): SQL | undefined =>
  or(
    eq(column, slug),
    like(column, slug.length > uncutLength ? `${slug.slice(0, uncutLength)}%` : `${slug}-%`),
  )
