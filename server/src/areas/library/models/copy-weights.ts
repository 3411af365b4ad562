import { pipeline } from 'node:stream'
import { and, eq, isNull } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import { sealStream } from '../../../crypto/sealed-stream.ts'
import type { House } from '../../../house.ts'
import type { JobPayload } from '../../../outbox/outbox.ts'
import { loadDataKey } from '../../accounts/data-key.ts'
import { lockWorkspace, subtractStorage } from '../../workspaces/storage.ts'
import { models, type UploadRow, uploads } from '../table.ts'
import { readUpload } from '../uploads/read-upload.ts'
import { weightsKey } from './weights.ts'

/** Job: copies the weights of a model into the copy of it. They are opened with the key of the one workspace and sealed with the other's
 *  as they flow, so that each stays readable when the other is erased. Until then the copy has no weights; when the original is gone
 *  first it never will, and what was counted for it is given back. Safe to repeat. */
export const copyWeights = async (
  house: Pick<House, 'cells' | 'keyRing' | 'files'>,
  { fromCell = '', fromUpload = '', toCell = '', toUpload = '' }: JobPayload,
): Promise<void> => {
  const { cells } = house
  const [from, to] = [cells.get(fromCell), cells.get(toCell)]
  const [target] = await to.db.select().from(uploads).where(eq(uploads.id, toUpload))
  if (!target) return
  const [source] = await from.db.select().from(uploads).where(eq(uploads.id, fromUpload))
  if (source) await copyFile(house, { from, source }, { to, target })
  await to.db.transaction(async (tx) => {
    await lockWorkspace(tx, target.workspaceId)
    const [kept] = await tx.select().from(uploads).where(eq(uploads.id, toUpload)).for('no key update')
    if (!kept) return
    if (source) {
      await tx
        .update(models)
        .set({ weightsUploadId: toUpload, weightsFinal: true })
        .where(and(eq(models.id, kept.modelId ?? ''), isNull(models.weightsUploadId)))
      return
    }
    await tx.delete(uploads).where(eq(uploads.id, toUpload))
    await subtractStorage(tx, kept.workspaceId, { models: kept.sizeBytes ?? 0 })
  })
}

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
