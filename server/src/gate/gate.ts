import { randomUUID } from 'node:crypto'
import type { Cell, Cells } from '../cells/cells.ts'
import type { Log } from '../log.ts'
import { CellWatch, type Told } from './cell-watch.ts'
import { type Bounds, Memory } from './memory.ts'

/** One node's part in the gate: a watch on every cell, and memories that hear of every change. */
export class Gate {
  private readonly watches: ReadonlyMap<string, CellWatch>
  private readonly memories: Memory<unknown>[] = []
  constructor({ all }: Cells, log: Log) {
    const nodeId = randomUUID()
    const hooks = {
      onChange: (subject: string) => {
        for (const memory of this.memories) memory.change(subject)
      },
      onBarrier: () => {
        for (const memory of this.memories) memory.part()
      },
      onGap: () => {
        for (const memory of this.memories) memory.clear()
      },
    }
    this.watches = new Map(all.map((cell) => [cell.id, new CellWatch(cell, nodeId, hooks, log)]))
  }

  /** A memory that holds only what the node may trust, within `bounds` or the usual ones. */
  makeMemory<T>(bounds: Partial<Bounds> = {}): Memory<T> {
    const trust = (cellId: string, nowMs: number) => this.watches.get(cellId)?.trust(nowMs)
    const heardSince = (nowMs: number) => this.heardSince(nowMs)
    const memory = new Memory<T>(trust, heardSince, () => performance.now(), bounds)
    this.memories.push(memory as Memory<unknown>)
    return memory
  }

  /** From here on the node listens. Until then, and whenever a cell cannot be heard, it asks the cell each time. */
  start(): void {
    for (const watch of this.watches.values()) watch.start()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.watches.values()].map((watch) => watch.stop()))
  }

  /** Of all its memories together. */
  counts(): { remembered: number; asked: number; size: number } {
    const total = { remembered: 0, asked: 0, size: 0 }
    for (const { counts } of this.memories) {
      total.remembered += counts.remembered
      total.asked += counts.asked
      total.size += counts.size
    }
    return total
  }

  /** How often the node has stopped trusting what it remembered of a cell, since the start. */
  countGaps(): number {
    return [...this.watches.values()].reduce((sum, { gaps }) => sum + gaps, 0)
  }

  /** Cells the node hears right now. */
  listTrusted(): string[] {
    const nowMs = performance.now()
    return [...this.watches].flatMap(([cellId, watch]) => (watch.trust(nowMs) ? [cellId] : []))
  }

  private heardSince(nowMs: number): number | undefined {
    let latest = Number.NEGATIVE_INFINITY
    for (const watch of this.watches.values()) {
      const trust = watch.trust(nowMs)
      if (!trust) return undefined
      latest = Math.max(latest, trust.since)
    }
    return latest
  }

  /** Waits until no node of the deployment holds what was committed in this cell before to be still as it was. Refuses with
   *  store_unavailable. */
  async settle(cell: Pick<Cell, 'id'>): Promise<Told> {
    const watch = this.watches.get(cell.id)
    if (!watch) throw new Error(`Cell ${cell.id} is not watched`)
    return watch.settle()
  }
}
