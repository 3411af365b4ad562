import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Scope } from '#contract/permissions.ts'
import { coversScope } from '#contract/permissions.ts'
import type { AssetType } from '#contract/uploads.ts'
import type { Tx } from '../../../cells/database.ts'
import { secondsAfter } from '../../../clock.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import { deniedByScope } from '../../../door/helpful.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import { allowancesOf, needsPlan } from '../../workspaces/allowances.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { weightsUrl } from '../models/weights.ts'
import { datasets, models, uploads } from '../table.ts'
import { requireFileFits } from './file-limits.ts'
import { partBytes } from './parts.ts'
import { keptSeconds } from './receive-part.ts'
import { addressSeconds, uploadUrlOf } from './receive-upload.ts'
import { uploadKey } from './upload-key.ts'

export type NewUpload = {
  assetType: AssetType
  assetId: string
  filename: string
  contentType: string
  totalBytes: number
}

/** Begins an upload and says where its bytes go. Its size is kept free from here on, so that of two uploads that do not both fit the second
 *  is refused before it has sent anything. Refuses with scope_missing, model_not_found, dataset_not_found, file_limit_exceeded,
 *  storage_limit_exceeded and invalid_request. */
export const openSession = async (
  house: Pick<House, 'keyRing' | 'siteUrl'>,
  actor: Actor,
  { assetId, ...input }: NewUpload,
  at: Date,
) => {
  requireScope(actor, input.assetType)
  const { cell, id: workspaceId } = actor.workspace
  const row = {
    ...input,
    id: makeId(at),
    // It is shown, and ends addresses.
    filename: input.filename.split(/[\\/]/).at(-1) || 'file',
    [input.assetType === 'models' ? 'modelId' : 'datasetId']: assetId,
    workspaceId,
    partBytes,
    startedBy: actor.userId,
    state: 'pending' as const,
    createdAt: at,
    expiresAt: secondsAfter(at, keptSeconds),
  }
  await cell.db.transaction(async (tx) => {
    const workspace = await lockWorkspace(tx, workspaceId)
    const allowances = allowancesOf(workspace, at)
    await requireAsset(tx, workspaceId, input.assetType, assetId)
    requireFileFits(row, allowances)
    const { storageBytesMax, nextPlan } = allowances
    const takenBytes = workspace.storageBytes + (await waitingBytes(tx, workspaceId, at))
    if (storageBytesMax !== null && takenBytes + row.totalBytes > storageBytesMax)
      throw refuse('storage_limit_exceeded', needsPlan(nextPlan))
    await tx.insert(uploads).values(row)
  })
  const expiresAt = secondsAfter(at, addressSeconds)
  return {
    sessionId: row.id,
    uploadUrl: uploadUrlOf(house, cell, row.id, expiresAt),
    expiresAt: expiresAt.toISOString(),
    objectPath: uploadKey(row),
    partBytes,
    ...(row.assetType === 'models'
      ? { downloadUrl: weightsUrl(house, cell, row.id, encodeURIComponent(row.filename), at) }
      : {}),
  }
}

/** Weights are the business of keys for models, everything else of keys for datasets. */
export const requireScope = ({ credential }: Actor, assetType: AssetType): void => {
  const needed: Scope = assetType === 'models' ? 'models' : 'datasets'
  if (credential.kind === 'key' && !coversScope(credential.scopes, [needed]))
    throw deniedByScope(credential, [needed])
}

/** Of this workspace and not in the trash; held until the transaction ends. */
const requireAsset = async (tx: Tx, workspaceId: string, assetType: AssetType, id: string): Promise<void> => {
  const table = assetType === 'models' ? models : datasets
  const [found] = await tx
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.id, id), eq(table.workspaceId, workspaceId), isNull(table.trashedAt)))
    .for('key share')
  if (!found) throw refuse(assetType === 'models' ? 'model_not_found' : 'dataset_not_found')
}

/** What uploads that have begun are to take. */
const waitingBytes = async (tx: Tx, workspaceId: string, at: Date): Promise<number> => {
  const [waiting] = await tx
    .select({ bytes: sql`coalesce(sum(${uploads.totalBytes}), 0)`.mapWith(Number) })
    .from(uploads)
    .where(and(eq(uploads.workspaceId, workspaceId), eq(uploads.state, 'pending'), gt(uploads.expiresAt, at)))
  return waiting?.bytes ?? 0
}
