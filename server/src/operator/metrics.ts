import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'

/** What `/metrics` tells, in Prometheus text. Labels are route patterns and classes, never what a person sent. */
export class Metrics {
  private readonly registry = new Registry()
  private readonly requests: Histogram<'method' | 'route' | 'status'>
  private readonly refusals: Counter<'reason'>
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
  }

  get contentType(): string {
    return this.registry.contentType
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
}
