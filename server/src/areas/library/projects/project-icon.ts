import { eq, inArray } from 'drizzle-orm'
import type { Db } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import type { House } from '../../../house.ts'
import { doerOf } from '../../activity/doer.ts'
import { recordActivity } from '../../activity/record-activity.ts'
import { takeIconTurn } from '../../workspaces/icon.ts'
import { prepareIcon } from '../../workspaces/prepare-icon.ts'
import { projectIcons } from '../table.ts'
import type { SeenProject } from '../visible.ts'
import { lockProject } from './update-project.ts'

/** The address of a picture: another one for every picture. Who may see the project may see it. */
export const projectIconUrl = (siteUrl: string, projectId: string, iconId: string): string =>
  `${siteUrl}/api/projects/${projectId}/icon/${iconId}.webp`

/** Gives a project a picture and returns its address. Refuses with image_unreadable, rate_limited, project_not_found. */
export const setProjectIcon = async (
  { siteUrl, rate }: Pick<House, 'siteUrl' | 'rate'>,
  actor: Actor,
  projectId: string,
  bytes: Buffer,
  at: Date,
): Promise<string> => {
  await takeIconTurn(rate, actor, at)
  const webp = await prepareIcon(bytes)
  const id = makeId(at)
  const { cell, id: workspaceId } = actor.workspace
  await cell.db.transaction(async (tx) => {
    const { name } = await lockProject(tx, workspaceId, projectId)
    await tx
      .insert(projectIcons)
      .values({ projectId, workspaceId, id, webp })
      .onConflictDoUpdate({ target: projectIcons.projectId, set: { id, webp } })
    await recordActivity(tx, 'project/updated', doerOf(actor), told(projectId, name, 'set'), at)
  })
  return projectIconUrl(siteUrl(), projectId, id)
}

/** Goes back to colour and letter. Safe to repeat. */
export const removeProjectIcon = async (actor: Actor, projectId: string, at: Date): Promise<void> => {
  const { cell, id: workspaceId } = actor.workspace
  await cell.db.transaction(async (tx) => {
    const { name } = await lockProject(tx, workspaceId, projectId)
    const gone = await tx.delete(projectIcons).where(eq(projectIcons.projectId, projectId)).returning()
    if (gone.length > 0)
      await recordActivity(tx, 'project/updated', doerOf(actor), told(projectId, name, 'removed'), at)
  })
}

const told = (id: string, name: string, icon: 'set' | 'removed') => ({
  id,
  name,
  metadata: { kind: 'icon', icon },
})

/** Ids of the pictures of these projects, of those that have one. */
export const listProjectIcons = async (
  db: Db,
  projectIds: readonly string[],
): Promise<Map<string, string>> => {
  if (projectIds.length === 0) return new Map()
  const rows = await db
    .select({ projectId: projectIcons.projectId, id: projectIcons.id })
    .from(projectIcons)
    .where(inArray(projectIcons.projectId, [...projectIds]))
  return new Map(rows.map(({ projectId, id }) => [projectId, id]))
}

/** The bytes of a picture, or undefined when it was replaced. */
export const readProjectIcon = async (
  { cell, project }: SeenProject,
  iconId: string,
): Promise<Buffer | undefined> => {
  const [row] = await cell.db
    .select({ id: projectIcons.id, webp: projectIcons.webp })
    .from(projectIcons)
    .where(eq(projectIcons.projectId, project.id))
  return row?.id === iconId ? row.webp : undefined
}
