import { ConfigError } from '../config-values.ts'
import { equalBytes } from '../crypto/digest.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { openUnderMaster, sealUnderMaster } from '../crypto/seal.ts'
import type { Directory } from './directory.ts'
import { installation } from './table.ts'

/** Stops the start when the secrets are not those this data was written under: with another master key nothing opens, with another
 *  directory secret nobody is found. The first start writes the check. */
export const checkSecrets = async (directory: Directory, ring: KeyRing): Promise<void> => {
  const { db } = directory.database
  const { digest } = directory.guessable('username', 'the installation itself')
  const sealedCheck = sealUnderMaster(ring, 'installation', 'check', digest)
  await db.insert(installation).values({ sealedCheck }).onConflictDoNothing()
  const [row] = await db.select().from(installation)
  let opened: Buffer
  try {
    opened = openUnderMaster(ring, 'installation', 'check', row?.sealedCheck ?? Buffer.alloc(0))
  } catch {
    throw new ConfigError('MASTER_KEYS does not hold the key this data was sealed under.')
  }
  if (!equalBytes(opened, digest))
    throw new ConfigError('DIRECTORY_SECRET is not the one this data was written under.')
}
