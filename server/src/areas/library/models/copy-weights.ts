import { pipeline } from 'node:stream'
import { eq } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { sealStream } from '../../../crypto/sealed-stream.ts'
import { Refusal } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import type { JobPayload } from '../../../outbox/outbox.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { models, type UploadRow, uploads } from '../table.ts'
import { dropUpload } from '../uploads/drop-upload.ts'
import { readUpload } from '../uploads/read-upload.ts'
import { weightsKey } from './weights.ts'

/** Job: copies the weights of a model into the copy of it. They are opened with the key of the one workspace and sealed with the other's
 *  as they flow, so that each stays readable when the other is erased. Until then the copy has no weights; when the original is gone
 *  first it never will, and what was counted for it is given back. So it is when the copy has got other weights meanwhile. Of a copy that
 *  was purged, or whose workspace was deleted, no file stays. Safe to repeat. */
export const copyWeights = async (
  house: Pick<House, 'cells' | 'keyRing' | 'files'>,
  { fromCell = '', fromUpload = '', toCell = '', toUpload = '' }: JobPayload,
): Promise<void> => {
  const { cells } = house
  const [from, to] = [cells.get(fromCell), cells.get(toCell)]
  const [target] = await to.db.select().from(uploads).where(eq(uploads.id, toUpload))
  const [source] = await from.db.select().from(uploads).where(eq(uploads.id, fromUpload))
  if (target && source) await copyFile(house, { from, source }, { to, target })
  const isThere = target && (await settle(to, target, source !== undefined))
  if (!isThere) await house.files.remove(to.region, weightsKey(toUpload))
}

/** Whether the row of the copy was still there: its bytes, if there are any, are its business then. */
const settle = (to: Cell, target: UploadRow, isCopied: boolean): Promise<boolean> =>
  to.db
    .transaction(async (tx) => {
      await lockWorkspace(tx, target.workspaceId)
      const [kept] = await tx.select().from(uploads).where(eq(uploads.id, target.id)).for('no key update')
      if (!kept) return false
      const [model] = await tx
        .select({ id: models.id, weightsUploadId: models.weightsUploadId })
        .from(models)
        .where(eq(models.id, kept.modelId ?? ''))
        .for('no key update')
      // Said before: a job may run again.
      if (model?.weightsUploadId === kept.id) return true
      if (isCopied && model?.weightsUploadId === null)
        await tx
          .update(models)
          .set({ weightsUploadId: kept.id, weightsFinal: true })
          .where(eq(models.id, model.id))
      else await dropUpload(tx, to, kept)
      return true
    })
    .catch((error) => {
      if (error instanceof Refusal && error.reason === 'workspace_not_found') return false
      throw error
    })

const copyFile = async (
  house: Pick<House, 'keyRing' | 'files'>,
  { from, source }: { from: Cell; source: UploadRow },
  { to, target }: { to: Cell; target: UploadRow },
): Promise<void> => {
  const key = weightsKey(target.id)
  const sealed = sealStream(await loadDataKey(to.db, house.keyRing, target.workspaceId), key)
  const opened = await readUpload(house, from, source)
  // A fault on the way ends the stream that is staged, so nothing half is kept.
  pipeline(opened, sealed, () => {})
  const staged = await house.files.stage(to.region, key, sealed)
  await staged.publish()
}
