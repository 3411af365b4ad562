import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmbeddedPostgres } from './cells/embedded-postgres.ts'
import type { CellConfig, Config } from './config.ts'
import { makeMasterKey, parseMasterKeys } from './crypto/key-ring.ts'

/** What the process starts by itself when no URLs are given: one directory and a cell for each region (SPEC 18). */
const embeddedCells = [
  { id: 'us-1', region: 'us', database: 'cell_us_1' },
  { id: 'eu-1', region: 'eu', database: 'cell_eu_1' },
  { id: 'ap-1', region: 'ap', database: 'cell_ap_1' },
] as const

export type Stores = { directoryUrl: string; cells: CellConfig[]; stop(): Promise<void> }

/** Starts the embedded Postgres on the data folder and names its databases. */
export const startEmbeddedStores = async (
  dataDir: string,
  onUnexpectedEnd: (sentence: string) => void,
): Promise<Stores> => {
  const databases = ['directory', ...embeddedCells.map((cell) => cell.database)]
  const postgres = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    databases,
    onUnexpectedEnd,
  })
  return { ...embeddedStoresOf(postgres.urlOf), stop: () => postgres.stop() }
}

/** The databases of an embedded Postgres, wherever it listens. */
export const embeddedStoresOf = (urlOf: (database: string) => string): Omit<Stores, 'stop'> => ({
  directoryUrl: urlOf('directory'),
  cells: embeddedCells.map(({ id, region, database }) => ({ id, region, url: urlOf(database) })),
})

type Secrets = NonNullable<Config['secrets']>

/** The secrets of an embedded installation, made at its first start and readable by its owner only. Whoever loses this file loses
 *  what is sealed, so it belongs in every backup of the data folder. */
export const loadEmbeddedSecrets = async (dataDir: string): Promise<Secrets> => {
  const path = join(dataDir, 'secrets.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    const fresh = JSON.stringify({
      masterKeys: `1:${makeMasterKey()}`,
      directorySecret: randomBytes(32).toString('base64'),
    })
    const temporary = `${path}.${process.pid}`
    await writeFile(temporary, fresh, { mode: 0o600, flush: true })
    await rename(temporary, path)
    return parseSecrets(fresh)
  }
  await chmod(path, 0o600)
  return parseSecrets(text)
}

const parseSecrets = (text: string): Secrets => {
  const { masterKeys, directorySecret } = JSON.parse(text)
  return { masterKeys: parseMasterKeys(masterKeys), directorySecret: Buffer.from(directorySecret, 'utf8') }
}
