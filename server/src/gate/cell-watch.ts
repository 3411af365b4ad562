import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Cell } from '../cells/cells.ts'
import { refuse } from '../door/refusal.ts'
import type { Log } from '../log.ts'

/** How long the others wait for a node that says nothing before they go on without it. */
const leaseMs = 850
/** For how long a node trusts its memory after it began a heartbeat that was answered. Shorter than the lease, by more than clocks differ
 *  over a second. */
const trustMs = 650
const beatMs = 150
/** How long a node waits to hear itself before it concludes that it hears nobody. */
const echoMs = 2000
/** How often it hears itself before it believes it. */
const echoes = 2
/** How often whoever waits looks again, and says again what it waits for. */
const lookMs = 20
const tellAgainMs = 500
/** How long it waits before it tries to listen again, the more often it failed. */
const retryMsMax = 1000
/** Longer than a lease, shorter than anybody's patience. */
const settleMsMax = 5000

type Hooks = { onChange(subject: string): void; onBarrier(): void; onGap(): void }

/** What became of telling every node: how many said they had heard, and how many were silent for a lease. */
export type Told = { confirmed: number; silent: number }

/** Keeps one node's memory true to one cell (decision 0041, after Gray and Cheriton's leases): it listens for changes, says several times
 *  a second that it does, and stops trusting its memory when it was not heard for a while. Whoever changes something waits until each
 *  node has confirmed, or has been silent for longer than it would trust itself. */
export class CellWatch {
  private readonly cell: Cell
  private readonly nodeId: string
  private readonly hooks: Hooks
  private readonly log: Log
  private readonly waiting = new Map<string, (nodeId: string) => void>()
  private trustedSince = Number.POSITIVE_INFINITY
  private trustedUntil = 0
  private trustedUntilWall = 0
  private isStopped = false
  /** Listens; of its own, so that it waits for no request and no request for it. */
  private listener: pg.Client | undefined
  private running: Promise<void> = Promise.resolve()
  private sending: Promise<unknown> = Promise.resolve()
  constructor(cell: Cell, nodeId: string, hooks: Hooks, log: Log) {
    this.cell = cell
    this.nodeId = nodeId
    this.hooks = hooks
    this.log = log
  }

  /** Since when the node has heard every change without a gap; undefined while it may have missed one. */
  trust(nowMs: number): { since: number } | undefined {
    // The wall clock too: the monotonic one of a suspended machine stands still.
    const isTrusted = nowMs < this.trustedUntil && Date.now() < this.trustedUntilWall
    return isTrusted ? { since: this.trustedSince } : undefined
  }

  start(): void {
    this.running = this.run()
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.distrust()
    // Also in the middle of a statement that a frozen store does not answer.
    void this.listener?.end().catch(() => {})
    this.listener = undefined
    await this.running
    await this.cell.pool.query('delete from gate_nodes where id = $1', [this.nodeId]).catch(() => {})
  }

  /** Waits until every node has heard of what was committed before. Refuses with store_unavailable when the cell goes away meanwhile. */
  async settle(): Promise<Told> {
    const barrier = randomUUID()
    const heard = new Set<string>()
    let wake = () => {}
    this.waiting.set(barrier, (nodeId) => {
      heard.add(nodeId)
      wake()
    })
    try {
      // Committed after the change, so that whoever hears of this has heard of that. Said again now and then, for a node whose
      // connection was made anew in between.
      const tell = () => this.cell.pool.query(`select pg_notify('gate', $1)`, [`barrier ${barrier}`])
      const pause = () =>
        new Promise<void>((done) => {
          wake = done
          setTimeout(done, lookMs)
        })
      return await within(settleMsMax, this.everybody(heard, tell, pause))
    } finally {
      this.waiting.delete(barrier)
    }
  }

  private async everybody(
    heard: ReadonlySet<string>,
    tell: () => Promise<unknown>,
    pause: () => Promise<void>,
  ): Promise<Told> {
    const began = performance.now()
    let toldMs = Number.NEGATIVE_INFINITY
    const seen = new Map<string, { beat: string; sinceMs: number }>()
    let silent = 0
    for (;;) {
      if (performance.now() - toldMs >= tellAgainMs) {
        await tell()
        toldMs = performance.now()
      }
      const { rows } = await this.cell.pool.query<{ id: string; beat: string }>(
        'select id, beat from gate_nodes',
      )
      const nowMs = performance.now()
      const missing = rows.filter(({ id }) => !heard.has(id))
      // Given up by somebody else who waited: silent for this one too.
      for (const [id, { sinceMs }] of seen)
        if (!heard.has(id) && !rows.some((row) => row.id === id) && nowMs - sinceMs >= leaseMs - beatMs) {
          seen.delete(id)
          silent++
        }
      if (missing.length === 0) return { confirmed: heard.size, silent }
      for (const { id, beat } of missing) {
        const before = seen.get(id)
        if (before?.beat !== beat) seen.set(id, { beat, sinceMs: nowMs })
        else if (nowMs - before.sinceMs >= leaseMs) {
          // It has stopped trusting itself by now, and begins anew when it finds that it was given up.
          const { rowCount } = await this.cell.pool.query(
            'delete from gate_nodes where id = $1 and beat = $2',
            [id, beat],
          )
          if (rowCount) {
            seen.delete(id)
            silent++
          }
        }
      }
      if (nowMs - began > settleMsMax) throw refuse('store_unavailable', { retryAfter: 2 })
      await pause()
    }
  }

  private async run(): Promise<void> {
    let failures = 0
    while (!this.isStopped) {
      try {
        await this.listen(() => {
          failures = 0
        })
      } catch (fault) {
        // Said once for each time that it is lost.
        if (!this.isStopped && failures === 0)
          this.log.warn({ fault, cell: this.cell.id }, 'the gate lost sight of a cell')
      }
      this.distrust()
      const waitMs = Math.min(beatMs * 2 ** failures++, retryMsMax)
      if (!this.isStopped) await new Promise((done) => setTimeout(done, waitMs))
    }
  }

  /** Listens and beats until the connection fails or the watch is stopped. `onHeard` is told when it hears. */
  private async listen(onHeard: () => void): Promise<void> {
    const client = new pg.Client(this.cell.pool.options)
    let lost: Error | undefined
    this.sending = Promise.resolve()
    const onEnd = (error?: Error) => {
      lost ??= error ?? new Error('The connection ended')
      if (this.listener === client) this.distrust()
    }
    client.on('error', onEnd)
    client.on('end', onEnd)
    client.on('notification', ({ channel, payload }) => this.hear(client, channel, payload ?? ''))
    this.listener = client
    try {
      await client.connect()
      // A beat that a crash of the store loses is one not made: the connection is gone then, and with it the trust.
      await client.query('set synchronous_commit = off')
      await client.query('listen gate')
      await client.query('listen gate_heard')
      for (let n = 0; n < echoes; n++) await this.hearOneself()
      while (!this.isStopped && !lost) {
        this.sending = this.sending.then(() => this.beat(client))
        await this.sending
        onHeard()
        await new Promise((done) => setTimeout(done, beatMs))
      }
      if (lost) throw lost
    } finally {
      this.listener = undefined
      client.removeAllListeners('notification')
      // Not waited for: a store that is frozen would keep it for ever.
      void client.end().catch(() => {})
    }
  }

  /** Makes sure that notifications arrive at all: a pooler in between may give every statement another connection. */
  private async hearOneself(): Promise<void> {
    const echo = randomUUID()
    const heard = new Promise<boolean>((done) => {
      this.waiting.set(echo, () => done(true))
      setTimeout(() => done(false), echoMs).unref()
    })
    // Said by another connection, while the one that listens is idle: a pooler would have given it to somebody else by then.
    await this.cell.pool.query(`select pg_notify('gate', $1)`, [`echo ${echo}`]).catch((fault) => {
      this.waiting.delete(echo)
      throw fault
    })
    const arrived = await heard
    this.waiting.delete(echo)
    if (!arrived) throw new Error('Notifications of this cell do not arrive')
  }

  private async beat(client: pg.Client): Promise<void> {
    const sentMs = performance.now()
    const sentWall = Date.now()
    const { rowCount } = await client.query('update gate_nodes set beat = beat + 1 where id = $1', [
      this.nodeId,
    ])
    if (this.listener !== client) return
    // A gap: the others may have gone on without this node.
    if (!rowCount || sentMs >= this.trustedUntil) {
      this.distrust()
      await client.query(
        // A registration begins at a number of its own: a waiter never takes a node that came back for the one it saw stand still.
        `insert into gate_nodes (id, beat) values ($1, floor(random() * 1e15)::bigint)
         on conflict (id) do update set beat = gate_nodes.beat + 1`,
        [this.nodeId],
      )
      if (this.listener !== client) return
      this.trustedSince = performance.now()
    }
    this.trustedUntil = sentMs + trustMs
    this.trustedUntilWall = sentWall + trustMs
  }

  private hear(client: pg.Client, channel: string, payload: string): void {
    const [word = '', rest = '', nodeId = ''] = payload.split(' ')
    if (channel === 'gate_heard') this.waiting.get(word)?.(rest)
    else if (word === 'barrier') this.confirm(client, rest)
    else if (word === 'echo') this.waiting.get(rest)?.(this.nodeId)
    else this.hooks.onChange(nodeId ? `${word} ${rest} ${nodeId}` : `${word} ${rest}`)
  }

  /** Everything that came before has been heard by now. One statement after the other: beats go over the same connection. */
  private confirm(client: pg.Client, barrier: string): void {
    this.hooks.onBarrier()
    const tell = () => client.query(`select pg_notify('gate_heard', $1)`, [`${barrier} ${this.nodeId}`])
    this.sending = this.sending.then(tell).catch(() => {})
  }

  /** How often it has stopped trusting what it remembers: a connection that ended, a beat that came too late. */
  gaps = 0

  private distrust(): void {
    const wasTrusted = this.trustedSince !== Number.POSITIVE_INFINITY
    this.trustedUntil = 0
    this.trustedSince = Number.POSITIVE_INFINITY
    if (!wasTrusted) return
    this.gaps++
    this.hooks.onGap()
  }
}

/** Refuses with store_unavailable when it takes longer. */
const within = async <T>(limitMs: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_done, failed) => {
    timer = setTimeout(() => failed(refuse('store_unavailable', { retryAfter: 2 })), limitMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** For a process that is no node, an operator's command: waits until every node has heard of what it committed in this cell. */
export const tellEveryNode = async (cell: Cell, log: Log): Promise<Told> => {
  const watch = new CellWatch(
    cell,
    randomUUID(),
    { onChange: () => {}, onBarrier: () => {}, onGap: () => {} },
    log,
  )
  watch.start()
  try {
    return await watch.settle()
  } finally {
    await watch.stop()
  }
}
