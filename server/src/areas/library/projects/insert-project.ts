import type { Plan } from '#contract/common.ts'
import { enterpriseLicense } from '#contract/library-fields.ts'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Doer } from '../../activity/record-activity.ts'
import { type ProjectRow, projects, type Visibility } from '../table.ts'

/** How a project begins in a workspace of this plan (SPEC 15.4). */
export const defaultsOf = (plan: Plan): { visibility: Visibility; license: string | null } =>
  plan === 'enterprise'
    ? { visibility: 'private', license: enterpriseLicense }
    : { visibility: 'public', license: null }

type New = Omit<typeof projects.$inferInsert, 'id' | 'workspaceId' | 'createdAt' | 'updatedAt'>

/** Writes a new project. The caller holds the lock of the workspace, found the slug free and tells the feed. */
export const insertProject = async (
  tx: Tx,
  { workspaceId }: Pick<Doer, 'workspaceId'>,
  fields: New,
  at: Date,
): Promise<ProjectRow> => {
  const [project] = await tx
    .insert(projects)
    .values({ ...fields, id: makeId(at), workspaceId, createdAt: at, updatedAt: at })
    .returning()
  if (!project) throw new Error('An insert returned no row')
  return project
}
