import { join } from 'node:path'
import { type Cells, openCells } from '../cells/cells.ts'
import { openDatabase } from '../cells/database.ts'
import { findRunningPostgres } from '../cells/embedded-postgres.ts'
import type { Config } from '../config.ts'
import { type KeyRing, makeKeyRing } from '../crypto/key-ring.ts'
import { Directory } from '../directory/directory.ts'
import { embeddedStoresOf, loadEmbeddedSecrets } from '../embedded-stores.ts'
import { CommandError } from './command.ts'

export type Stores = { directory: Directory; cells: Cells; keyRing: KeyRing }

/** Opens the stores of the configuration, or those of the server that runs on the data folder, and closes them when the work is done. */
export const withStores = async <T>(config: Config, work: (stores: Stores) => Promise<T>): Promise<T> => {
  const secrets = config.secrets ?? (await findSecrets(config))
  const stores = config.stores ?? (await findStores(config))
  const ignore = () => {}
  const database = openDatabase(stores.directoryUrl, ignore)
  const cells = openCells(stores.cells, ignore)
  try {
    return await work({
      directory: new Directory(database, secrets.directorySecret),
      cells,
      keyRing: makeKeyRing(secrets.masterKeys),
    })
  } finally {
    await Promise.all([database.pool.end(), cells.close()])
  }
}

const findStores = async ({ dataDir }: Config) => {
  const running = await findRunningPostgres(join(dataDir, 'postgres'))
  if (!running) throw new CommandError(`No server is running on ${dataDir}. Start it, then try again.`)
  return embeddedStoresOf(running.urlOf)
}

/** A folder without secrets has never held a server; they must not be made here. */
const findSecrets = async (config: Config) => {
  if (!config.stores) await findStores(config)
  return loadEmbeddedSecrets(config.dataDir)
}
