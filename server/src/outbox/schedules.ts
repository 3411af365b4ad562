import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'

/** Work done by the clock. `run` is a question for what is due at `at`: a late run catches up, a second one finds nothing. */
export type Schedule = {
  name: string
  everySeconds: number
  /** About what this process holds in memory, so that no other can do it. */
  everywhere?: true
  run(at: Date): Promise<unknown>
}

/** Runs the schedules beside the server. One that fails is logged and tried again at its next turn. */
export class Schedules {
  private readonly schedules: readonly Schedule[]
  private readonly clock: Clock
  private readonly log: Log
  private readonly timers: NodeJS.Timeout[] = []
  private running: Promise<unknown> = Promise.resolve()
  constructor(schedules: readonly Schedule[], clock: Clock, log: Log) {
    this.schedules = schedules
    this.clock = clock
    this.log = log
  }

  start(): void {
    for (const schedule of this.schedules) {
      const timer = setInterval(() => void this.enqueue(schedule), schedule.everySeconds * 1000)
      timer.unref()
      this.timers.push(timer)
    }
  }

  /** Runs each of them once, now, and returns when that is done. */
  async runAll(): Promise<void> {
    for (const schedule of this.schedules) await this.enqueue(schedule)
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    await this.running
  }

  /** One at a time, so that a slow one is never overtaken by itself. */
  private enqueue(schedule: Schedule): Promise<unknown> {
    this.running = this.running.then(async () => {
      try {
        await schedule.run(this.clock.now())
      } catch (error) {
        this.log.warn({ schedule: schedule.name, fault: error }, 'schedule failed')
      }
    })
    return this.running
  }
}
