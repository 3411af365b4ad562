import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Reply } from '#contract/endpoint.ts'
import type { searchWorkspace as endpoint } from '#contract/workspace-search.ts'
import type { Actor } from '../../../door/actor.ts'
import { patternOf } from '../explore/explore-cell.ts'
import { datasets, deployments, models, projects } from '../table.ts'

const hitsMax = 10

/** Where the pages are; what somebody types finds them by their titles. */
const pages = [
  { title: 'Home', path: '/home' },
  { title: 'Explore', path: '/explore' },
  { title: 'Projects', path: '/projects' },
  { title: 'Datasets', path: '/datasets' },
  { title: 'Deployments', path: '/deployments' },
  { title: 'Exports', path: '/deployments?tab=exports' },
  { title: 'Activity', path: '/activity' },
  { title: 'Settings', path: '/settings' },
  { title: 'API Keys', path: '/settings?tab=api-keys' },
  { title: 'Teams', path: '/settings?tab=teams' },
  { title: 'Usage and storage', path: '/settings?tab=usage' },
  { title: 'Trash', path: '/settings?tab=trash' },
] as const

/** Pages, and things of the workspace whose names hold `q`, last changed first. */
export const searchWorkspace = async (
  { workspace: { cell, id } }: Actor,
  q: string,
): Promise<Reply<typeof endpoint>> => {
  const { db } = cell
  const named = (table: { workspaceId: PgColumn; name: PgColumn }): SQL | undefined =>
    and(eq(table.workspaceId, id), sql`lower(${table.name}) like ${patternOf(q)}`)
  const [foundProjects, foundModels, foundDatasets, foundDeployments] = await Promise.all([
    db
      .select({ _id: projects.id, name: projects.name, slug: projects.slug })
      .from(projects)
      .where(and(named(projects), isNull(projects.trashedAt)))
      .orderBy(desc(projects.updatedAt))
      .limit(hitsMax),
    db
      .select({ _id: models.id, name: models.name, slug: models.slug, projectSlug: projects.slug })
      .from(models)
      .innerJoin(projects, eq(projects.id, models.projectId))
      .where(and(named(models), isNull(models.trashedAt), isNull(projects.trashedAt)))
      .orderBy(desc(models.updatedAt))
      .limit(hitsMax),
    db
      .select({ _id: datasets.id, name: datasets.name, slug: datasets.slug })
      .from(datasets)
      .where(and(named(datasets), isNull(datasets.trashedAt)))
      .orderBy(desc(datasets.updatedAt))
      .limit(hitsMax),
    db
      .select({ _id: deployments.id, name: deployments.name })
      .from(deployments)
      .where(named(deployments))
      .orderBy(desc(deployments.updatedAt))
      .limit(hitsMax),
  ])
  const words = q.toLowerCase()
  return {
    pages: pages.filter(({ title }) => title.toLowerCase().includes(words)),
    projects: foundProjects,
    models: foundModels,
    datasets: foundDatasets,
    deployments: foundDeployments,
  }
}
