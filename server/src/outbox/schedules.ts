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
  /** What is at work right now, by name. */
  private readonly running = new Map<string, Promise<void>>()
  constructor(schedules: readonly Schedule[], clock: Clock, log: Log) {
    this.schedules = schedules
    this.clock = clock
    this.log = log
  }

  start(): void {
    for (const schedule of this.schedules) {
      const timer = setInterval(() => void this.runOnce(schedule), schedule.everySeconds * 1000)
      timer.unref()
      this.timers.push(timer)
    }
  }

  /** Runs each of them once, now, and returns when that is done. */
  async runAll(): Promise<void> {
    for (const schedule of this.schedules) {
      // A turn that is at work may have asked the clock before it was moved.
      await this.running.get(schedule.name)
      await this.runOnce(schedule)
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    await Promise.all(this.running.values())
  }

  /** Never twice at once: whoever finds it at work waits for that turn, so a slow one is not overtaken by itself, nor do its turns pile up
   *  while a store is away. */
  private runOnce(schedule: Schedule): Promise<void> {
    const before = this.running.get(schedule.name)
    if (before) return before
    const turn = this.run(schedule).finally(() => this.running.delete(schedule.name))
    this.running.set(schedule.name, turn)
    return turn
  }

  private async run(schedule: Schedule): Promise<void> {
    try {
      await schedule.run(this.clock.now())
    } catch (error) {
      this.log.warn({ schedule: schedule.name, fault: error }, 'schedule failed')
    }
  }
}
