import { randomInt } from 'node:crypto'
import type { Region } from '#contract/common.ts'
import { type Database, openDatabase } from './database.ts'

/** One regional database. A workspace lives in exactly one. */
export type Cell = Database & { id: string; region: Region }

export type Cells = {
  all: readonly Cell[]
  regions: readonly Region[]
  /** The cell of this id, or undefined: ids also come from cookies and links, which anybody can write. */
  find(id: string): Cell | undefined
  /** The cell of this id, from a store of ours. Throws when the configuration lost it. */
  get(id: string): Cell
  /** A cell for a new account, or undefined when the installation does not offer the region. */
  forNewAccount(region: Region): Cell | undefined
  close(): Promise<void>
}

export const openCells = (
  configs: readonly { id: string; region: Region; url: string }[],
  onError: (error: Error) => void,
  poolMax?: number,
): Cells => {
  const all = configs.map(({ id, region, url }) => ({ id, region, ...openDatabase(url, onError, poolMax) }))
  const byId = new Map(all.map((cell) => [cell.id, cell]))
  return {
    all,
    regions: [...new Set(all.map((cell) => cell.region))],
    find: (id) => byId.get(id),
    get(id) {
      const cell = byId.get(id)
      if (!cell) throw new Error(`Cell ${id} is not configured`)
      return cell
    },
    forNewAccount(region) {
      const candidates = all.filter((cell) => cell.region === region)
      return candidates.length ? candidates[randomInt(candidates.length)] : undefined
    },
    async close() {
      await Promise.all(all.map((cell) => cell.pool.end()))
    },
  }
}
