import { sql } from 'drizzle-orm'
import type { Tx } from '../../../cells/database.ts'
import type { StoredBytes } from '../../workspaces/storage.ts'

/** What a workspace really takes, summed over everything it stores, what is in the trash included. Whatever comes to store more is
 *  counted here too. */
export const measureStorage = async (tx: Tx, workspaceId: string): Promise<StoredBytes> => {
  const { rows } = await tx.execute<Record<keyof StoredBytes, string>>(sql`
    select
      (select coalesce(sum(size_bytes), 0) from uploads
       where workspace_id = ${workspaceId} and asset_type = 'models') as models,
      (select coalesce(sum(size_bytes), 0) from dataset_images
       where dataset_id in (select id from datasets where workspace_id = ${workspaceId}))
      + (select coalesce(sum(size_bytes), 0) from uploads
       where workspace_id = ${workspaceId} and asset_type <> 'models') as datasets,
      (select coalesce(sum(size_bytes), 0) from exports where workspace_id = ${workspaceId}) as exports`)
  const [{ models, datasets, exports } = { models: 0, datasets: 0, exports: 0 }] = rows
  return { models: Number(models), datasets: Number(datasets), exports: Number(exports) }
}
