import { and, count, eq, isNull } from 'drizzle-orm'
import type { Reply } from '#contract/endpoint.ts'
import type { getAccountSummary as endpoint } from '#contract/workspace-search.ts'
import type { Db } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import type { House } from '../../../house.ts'
import { findSignupBonus } from '../../accounts/emails/signup-bonus.ts'
import { listTeams } from '../../workspaces/teams/list-teams.ts'
import { datasets, models, projects } from '../table.ts'

/** The workspace in a few numbers, and the teams of a person who asks in a browser. Credit is what the sign-up gave, until something can
 *  be spent. */
export const summariseAccount = async (
  house: Pick<House, 'directory' | 'cells' | 'siteUrl'>,
  { userId, credential, workspace }: Actor,
  at: Date,
): Promise<Reply<typeof endpoint>> => {
  const { cell, id, username, displayName, accountType, plan } = workspace
  const [counts, creditsCents, listed] = await Promise.all([
    countThings(cell.db, id),
    findSignupBonus(cell.db, id),
    credential.kind === 'session' ? listTeams(house, userId, credential, at) : { teams: [] },
  ])
  return {
    username,
    name: displayName,
    accountType,
    plan,
    creditsCents,
    counts,
    teams: listed.teams.map((team) => ({
      username: team.username,
      ...(team.fullName === undefined ? {} : { fullName: team.fullName }),
      role: team.role,
    })),
  }
}

const countThings = async (db: Db, workspaceId: string) => {
  const countOf = async (table: typeof projects | typeof models | typeof datasets): Promise<number> => {
    const [counted] = await db
      .select({ n: count() })
      .from(table)
      .where(and(eq(table.workspaceId, workspaceId), isNull(table.trashedAt)))
    return counted?.n ?? 0
  }
  const [ofProjects, ofDatasets, ofModels] = await Promise.all([
    countOf(projects),
    countOf(datasets),
    countOf(models),
  ])
  return { projects: ofProjects, datasets: ofDatasets, models: ofModels }
}
