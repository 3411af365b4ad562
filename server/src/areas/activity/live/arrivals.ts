import { sql } from 'drizzle-orm'
import type { Cell } from '../../../cells/cells.ts'
import type { Log } from '../../../log.ts'

/** How often the cells are asked. */
const lookMs = 1000

type Watched = { cell: Cell; workspaceId: string; seq: number | undefined; hearers: Set<() => void> }

/** Tells whoever listens that the feed of a workspace has grown, within about a second. One question a second to each cell asks for all
 *  workspaces that somebody in this process watches, and none when nobody does. A notification with every event would be sooner and make
 *  all commits of a cell wait in one line, for Postgres hands notifications out in the order of commits. */
export class Arrivals {
  private readonly log: Log
  private readonly watched = new Map<string, Watched>()
  /** Cells that are being asked, and whether they are to be asked once more after that: one that is slow gathers no questions. */
  private readonly asking = new Map<string, boolean>()
  private timer: NodeJS.Timeout | undefined
  constructor(log: Log) {
    this.log = log
  }

  /** Calls `hear` each time something new is found. Returns how to stop that. */
  listen(cell: Cell, workspaceId: string, hear: () => void): () => void {
    const key = `${cell.id} ${workspaceId}`
    const watched = this.watched.get(key) ?? { cell, workspaceId, seq: undefined, hearers: new Set() }
    this.watched.set(key, watched)
    watched.hearers.add(hear)
    this.timer ??= setInterval(() => this.look(), lookMs).unref()
    void this.ask(cell)
    return () => {
      watched.hearers.delete(hear)
      if (watched.hearers.size === 0 && this.watched.get(key) === watched) this.watched.delete(key)
      if (this.watched.size > 0) return
      clearInterval(this.timer)
      this.timer = undefined
    }
  }

  private look(): void {
    for (const cell of new Set([...this.watched.values()].map(({ cell }) => cell))) void this.ask(cell)
  }

  private async ask(cell: Cell): Promise<void> {
    const isAsked = this.asking.has(cell.id)
    this.asking.set(cell.id, isAsked)
    if (isAsked) return
    do {
      this.asking.set(cell.id, false)
      await this.lookInto(cell)
    } while (this.asking.get(cell.id))
    this.asking.delete(cell.id)
  }

  private async lookInto(cell: Cell): Promise<void> {
    const { id, db } = cell
    const watched = [...this.watched.values()].filter((one) => one.cell === cell)
    if (watched.length === 0) return
    try {
      const ids = `{${watched.map(({ workspaceId }) => JSON.stringify(workspaceId))}}`
      const { rows } = await db.execute<{ id: string; seq: string }>(sql`
        select asked.id, newest.seq from unnest(${ids}::text[]) as asked (id), lateral (
          select seq from activity_events where (workspace_id, seq) > (asked.id, 0::bigint)
            and (workspace_id, seq) < (asked.id, ${Number.MAX_SAFE_INTEGER}::bigint)
          order by workspace_id desc, seq desc limit 1) as newest`)
      const newest = new Map(rows.map((row) => [row.id, Number(row.seq)]))
      for (const one of watched) {
        const before = one.seq
        one.seq = newest.get(one.workspaceId) ?? 0
        if (before !== undefined && one.seq > before) for (const hear of one.hearers) hear()
      }
    } catch (fault) {
      this.log.warn({ fault, cell: id }, 'nobody can say what is new in a cell')
    }
  }
}
