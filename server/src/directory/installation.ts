import { ConfigError } from '../config.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { openUnderMaster, sealUnderMaster } from '../crypto/seal.ts'
import type { Directory } from './directory.ts'
import { installation } from './table.ts'

/** Stops the start when the master keys are not those this data was sealed under. The first start writes the check. */
export const checkMasterKeys = async (directory: Directory, ring: KeyRing): Promise<void> => {
  const { db } = directory.database
  await db
    .insert(installation)
    .values({ sealedCheck: sealUnderMaster(ring, 'installation', 'check', Buffer.from('gatehouse')) })
    .onConflictDoNothing()
  const [row] = await db.select().from(installation)
  try {
    openUnderMaster(ring, 'installation', 'check', row?.sealedCheck ?? Buffer.alloc(0))
  } catch {
    throw new ConfigError('MASTER_KEYS does not hold the key this data was sealed under.')
  }
}
