import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Sharing } from '../ports/rate.ts'

/** What `/metrics` tells, in Prometheus text. Labels are route patterns and classes, never what a person sent. */
export class Metrics {
  private readonly registry = new Registry()
  private readonly requests: Histogram<'method' | 'route' | 'status'>
  private readonly refusals: Counter<'reason'>
  private readonly storageDrift: Counter
  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'gatehouse_' })
    this.requests = new Histogram({
      name: 'gatehouse_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers: [this.registry],
    })
    this.refusals = new Counter({
      name: 'gatehouse_refusals_total',
      help: 'Refusals by reason',
      labelNames: ['reason'],
      registers: [this.registry],
    })
    this.storageDrift = new Counter({
      name: 'gatehouse_storage_drift_bytes_total',
      help: 'Bytes by which storage counters were found to be off, and corrected',
      registers: [this.registry],
    })
  }

  get contentType(): string {
    return this.registry.contentType
  }

  /** Tells how the gate does: how many look-ups it answered from memory and how many it asked a cell for, how much it remembers, and
   *  which cells it hears right now (decision 0041). */
  watchGate(gate: {
    counts(): { remembered: number; asked: number; size: number }
    listTrusted(): string[]
    countGaps(): number
  }): void {
    const tell = (name: string, help: string, read: () => number) => {
      new Gauge({
        name: `gatehouse_gate_${name}`,
        help,
        registers: [this.registry],
        collect() {
          this.set(read())
        },
      })
    }
    tell(
      'remembered',
      'Keys, sessions and memberships answered from memory since the start',
      () => gate.counts().remembered,
    )
    tell(
      'asked',
      'Keys, sessions and memberships that a cell was asked for since the start',
      () => gate.counts().asked,
    )
    tell('gaps', 'How often the node may have missed a change, and forgot what it remembered', () =>
      gate.countGaps(),
    )
    tell('entries', 'Keys, sessions and memberships in memory', () => gate.counts().size)
    tell(
      'cells_heard',
      'Cells whose changes are heard; those of others are asked each time',
      () => gate.listTrusted().length,
    )
  }

  /** Tells whether rate limits hold over all nodes right now, and what that costs (decision 0042). */
  watchRate(rate: { sharing(): Sharing }): void {
    new Gauge({
      name: 'gatehouse_rate_shared',
      help: 'Whether rate limits are shared between nodes (1), or counted on this one alone (0)',
      registers: [this.registry],
      collect() {
        this.set(rate.sharing().shared ? 1 : 0)
      },
    })
    new Counter({
      name: 'gatehouse_rate_round_trips_total',
      help: 'Questions to the store that nodes share, for rate limits',
      registers: [this.registry],
      collect() {
        this.reset()
        this.inc(rate.sharing().roundTrips)
      },
    })
  }

  text(): Promise<string> {
    return this.registry.metrics()
  }

  noteRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds)
  }

  noteRefusal(reason: string): void {
    this.refusals.inc({ reason })
  }

  noteStorageDrift(bytes: number): void {
    this.storageDrift.inc(bytes)
  }
}
