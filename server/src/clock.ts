/** The product's time. Everything that asks what time it is takes it from here, so that tests and rehearsals can move it. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

/** The clock of SPEC 18: real time plus an offset that only grows. `onChange` lets the offset outlive a restart. */
export class ControllableClock implements Clock {
  private offsetMs: number
  private readonly onChange: (offsetMs: number) => void
  constructor(offsetMs = 0, onChange: (offsetMs: number) => void = () => {}) {
    this.offsetMs = offsetMs
    this.onChange = onChange
  }

  now(): Date {
    return new Date(Date.now() + this.offsetMs)
  }

  /** Moves time forward by whole or fractional seconds. */
  advance(seconds: number): void {
    this.offsetMs += seconds * 1000
    this.onChange(this.offsetMs)
  }
}

export const secondsAfter = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000)
