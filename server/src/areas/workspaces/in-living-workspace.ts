import { type Column, type SQL, sql } from 'drizzle-orm'
import { workspaces } from './table.ts'

/** A condition on rows of any area, by the column that holds the id of their workspace: that one has not been deleted. */
export const inLivingWorkspace = (workspaceId: Column): SQL =>
  sql`exists (select from ${workspaces} where ${workspaces.id} = ${workspaceId} and ${workspaces.deletedAt} is null)`
