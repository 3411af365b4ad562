import { Memory } from '../src/gate/memory.ts'

/** What may happen, each so many times, in any order that the world allows. */
export type Scenario = {
  requests: number
  changes: number
  /** The connection ends, and the node notices. */
  losses: number
  /** The node is frozen: what it may trust runs out without a word. */
  silences: number
  /** false: nobody waits for the node until it regains trust for the first time. */
  startsTrusted: boolean
  /** Time goes by, longer than what does not exist is remembered. */
  pauses: number
}

/** Says which of `among` possible steps comes next. */
export type Choose = (step: number, among: number) => number

type Change = { isHeard: boolean; isExcused: boolean; hasAnswered: boolean }
type Load = { read?: number; hasReturned: boolean; finish: (version: number) => void }
type Request = { atLeast: number; got?: number }

/** One key, one node's memory of it, and changes made elsewhere. Each change raises the version of what the key may do, and the last one
 *  takes the key away. A change answers when the node has heard of it, or was seen not to trust itself since it was made (the lease). */
class World {
  private readonly left: Scenario
  private readonly last: number
  private readonly changes: Change[] = []
  private readonly loads: Load[] = []
  private readonly requests: Request[] = []
  private notified: Change[] = []
  private isListening: boolean
  private trustedSince: number | undefined
  private now = 1
  private readonly memory: Memory<number>
  constructor(scenario: Scenario) {
    this.left = { ...scenario }
    this.last = scenario.changes
    this.isListening = scenario.startsTrusted
    this.trustedSince = scenario.startsTrusted ? 0 : undefined
    const trust = () => (this.trustedSince === undefined ? undefined : { since: this.trustedSince })
    this.memory = new Memory<number>(
      trust,
      () => this.trustedSince,
      () => this.now,
    )
  }

  /** Every step that could come next. */
  steps(): [string, () => void][] {
    const { left } = this
    const steps: [string, () => void][] = []
    const offer = (can: unknown, name: string, step: () => void) => {
      if (can) steps.push([name, step])
    }
    offer(left.requests > 0, 'ask', () => this.ask())
    for (const [n, load] of this.loads.entries()) {
      if (load.read === undefined) offer(true, `load ${n} reads`, () => this.read(load))
      else offer(!load.hasReturned, `load ${n} returns`, () => this.return(load))
    }
    offer(left.changes, 'change', () => this.change())
    offer(this.notified.length, 'hear', () => this.hear())
    for (const [n, change] of this.changes.entries())
      offer((change.isHeard || change.isExcused) && !change.hasAnswered, `change ${n} answers`, () => {
        change.hasAnswered = true
      })
    offer(left.losses && this.isListening, 'lose the connection', () => this.lose())
    offer(left.silences && this.trustedSince !== undefined, 'freeze', () => this.freeze())
    offer(this.trustedSince === undefined, 'regain trust', () => this.regain())
    offer(left.pauses, 'pause', () => this.pause())
    return steps
  }

  /** Moves the clock, so that before and after are never the same moment, and lets what was promised come true. */
  async settle(): Promise<void> {
    this.now++
    for (let n = 0; n < 8; n++) await Promise.resolve()
  }

  /** The requests that were given less than what had answered before they began. */
  findStale(): string[] {
    return this.requests.flatMap(({ atLeast, got }, n) =>
      got !== undefined && got < atLeast ? [`request ${n} got version ${got}, ${atLeast} had answered`] : [],
    )
  }

  /** From here on what is under way comes to its end, and nothing new begins. */
  stopChanging(): void {
    Object.assign(this.left, { requests: 0, changes: 0, losses: 0, silences: 0, pauses: 0 })
  }

  /** Whether all that was asked was answered. */
  isAnswered(): boolean {
    return this.requests.every(({ got }) => got !== undefined)
  }

  ask(): void {
    this.left.requests--
    const request: Request = {
      atLeast: this.changes.findLastIndex(({ hasAnswered }) => hasAnswered) + 1,
    }
    this.requests.push(request)
    const take = (value: number | undefined) => {
      request.got = value ?? this.last
    }
    const found = this.memory.find('key', new Date(0), () => this.load())
    if (found instanceof Promise) void found.then(take)
    else take(found)
  }

  private async load() {
    const value = await new Promise<number>((finish) => {
      this.loads.push({ hasReturned: false, finish })
    })
    if (value === this.last && this.last > 0) return undefined
    return { value, cellId: 'us-1', subjects: ['key 1', 'member 1 2'], reloadAt: null }
  }

  private read(load: Load): void {
    load.read = this.changes.length
  }

  private return(load: Load): void {
    load.hasReturned = true
    load.finish(load.read ?? 0)
  }

  private change(): void {
    this.left.changes--
    const isExcused = this.trustedSince === undefined
    const change: Change = { isHeard: false, isExcused, hasAnswered: false }
    this.changes.push(change)
    if (this.isListening) this.notified.push(change)
  }

  private hear(): void {
    const change = this.notified.shift()
    if (!change) return
    this.memory.change('key 1')
    change.isHeard = true
  }

  private lose(): void {
    this.left.losses--
    this.isListening = false
    this.notified = []
    this.memory.clear()
    this.distrust()
  }

  private freeze(): void {
    this.left.silences--
    this.distrust()
  }

  /** From now on others need not wait for it. */
  private distrust(): void {
    this.trustedSince = undefined
    for (const change of this.changes) change.isExcused = true
  }

  private regain(): void {
    this.memory.clear()
    this.isListening = true
    this.trustedSince = this.now
  }

  private pause(): void {
    this.left.pauses--
    this.now += 10_000
  }
}

type Walk = { offered: number[]; problem: string | undefined }

/** Takes one way through a scenario until nothing is left to do, or `choose` answers a negative number; then everything under way comes
 *  to its end, and somebody asks once more. Tells how many steps there were to choose from each time, and what went wrong. */
export const walk = async (scenario: Scenario, choose: Choose): Promise<Walk> => {
  const world = new World(scenario)
  const names: string[] = []
  const offered: number[] = []
  const take = async ([name, step]: [string, () => void]) => {
    names.push(name)
    step()
    await world.settle()
  }
  for (;;) {
    const steps = world.steps()
    const step = steps[steps.length ? choose(offered.length, steps.length) : -1]
    if (!step) break
    offered.push(steps.length)
    await take(step)
  }
  world.stopChanging()
  for (let isLast = false; ; isLast = true) {
    for (let [step] = world.steps(); step; [step] = world.steps()) await take(step)
    if (isLast) break
    await take(['ask once more', () => world.ask()])
  }
  const problems = world.findStale()
  if (!world.isAnswered()) problems.push('somebody was never answered')
  const problem = problems.length ? `${problems.join(', ')}: ${names.join(' → ')}` : undefined
  return { offered, problem }
}

/** Every way through a scenario, one after the other: what was wrong with it, or undefined. */
export async function* schedulesOf(scenario: Scenario): AsyncGenerator<string | undefined> {
  const path: number[] = []
  for (;;) {
    const { offered, problem } = await walk(scenario, (step) => path[step] ?? 0)
    yield problem
    // The last step that could have been another becomes the next one.
    while (path.length < offered.length) path.push(0)
    while (path.length && (path.at(-1) ?? 0) + 1 >= (offered[path.length - 1] ?? 0)) path.pop()
    if (!path.length) return
    path.push((path.pop() ?? 0) + 1)
  }
}
