import { plans } from '#contract/plans.ts'
import type { TrashType } from '#contract/trash.ts'

/* The trash as somebody would explain it on paper: things with a state, no tables, no batches of work. A test does the same to this and to the house
   and compares. */

export type Thing = {
  id: string
  type: TrashType
  slug: string
  /** Of a model. */
  project: Thing | null
  bytes: number
  state: 'living' | 'trashed' | 'doomed' | 'gone'
  /** What it went to the trash with: itself, or its project. */
  with: Thing | null
  trashedAtMs: number
  /** Grows with each that is trashed. */
  turn: number
}

const dayMs = 24 * 3600_000

/** How a change ends: with the reason it is refused for, or with what is true then. */
export type Ending = { refused: string } | { slug?: string; models?: number }

export class TrashModel {
  readonly things: Thing[] = []
  /** Living models that nothing happens to. */
  private readonly fillers: number
  private turn = 0
  constructor(fillers: number) {
    this.fillers = fillers
  }

  add(type: TrashType, id: string, slug: string, project: Thing | null, bytes: number): void {
    this.things.push({
      id,
      type,
      slug,
      project,
      bytes,
      state: 'living',
      with: null,
      trashedAtMs: 0,
      turn: 0,
    })
  }

  of(state: Thing['state'], ...types: TrashType[]): Thing[] {
    return this.things.filter(
      (thing) => thing.state === state && (types.length === 0 || types.includes(thing.type)),
    )
  }

  isTaken({ type, project }: Pick<Thing, 'type' | 'project'>, slug: string): boolean {
    return this.of('living', type).some((thing) => thing.slug === slug && thing.project === project)
  }

  trash(thing: Thing, nowMs: number): Ending {
    const going = [thing, ...this.of('living', 'model').filter(({ project }) => project === thing)]
    this.turn++
    for (const each of going)
      Object.assign(each, { state: 'trashed', with: thing, trashedAtMs: nowMs, turn: this.turn })
    return { models: going.length - 1 }
  }

  restore(thing: Thing): Ending {
    if (thing.state !== 'trashed') return { refused: 'trash_item_not_found' }
    if (thing.project?.state === 'trashed') return { refused: 'parent_in_trash' }
    const coming = this.of('trashed').filter((each) => each.with === thing)
    const models = coming.filter(({ type }) => type === 'model').length
    const living = this.of('living', 'model').length + this.fillers
    if (models > 0 && living + models > (plans.free.modelsMax ?? 0)) return { refused: 'model_limit_reached' }
    thing.slug = this.free(thing)
    for (const each of coming) Object.assign(each, { state: 'living', with: null })
    return { slug: thing.slug, models: thing.type === 'project' ? models : 0 }
  }

  private free(thing: Thing): string {
    for (let n = 1; ; n++) {
      const slug = n === 1 ? thing.slug : `${thing.slug}-${n}`
      if (!this.isTaken(thing, slug)) return slug
    }
  }

  purge(thing: Thing): Ending {
    if (thing.state !== 'trashed') return { refused: 'trash_item_not_found' }
    if (thing.with !== thing) return { refused: 'parent_in_trash' }
    this.doom(thing)
    return {}
  }

  /** How many go. */
  empty(): number {
    const going = this.of('trashed')
    for (const each of going) each.state = 'doomed'
    return going.length
  }

  /** What was trashed 30 days or more before the last 03:00 UTC goes. */
  passTo(nowMs: number): void {
    const three = new Date(nowMs)
    three.setUTCHours(3, 0, 0, 0)
    const lastMs = three.getTime() > nowMs ? three.getTime() - dayMs : three.getTime()
    for (const item of this.items()) if (item.trashedAtMs + 30 * dayMs <= lastMs) this.doom(item)
  }

  private doom(thing: Thing): void {
    thing.state = 'doomed'
    for (const each of this.things)
      if (each.project === thing && each.state === 'trashed') each.state = 'doomed'
  }

  /** The bytes of what is doomed are removed. */
  settle(): void {
    for (const each of this.of('doomed')) each.state = 'gone'
  }

  /** What the trash shows, newest first. */
  items(): Thing[] {
    return this.of('trashed')
      .filter((thing) => thing.with === thing)
      .sort((a, b) => b.turn - a.turn)
  }

  shown(nowMs: number) {
    return this.items().map((item) => {
      const inside = this.of('trashed').filter((each) => each.with === item)
      return {
        _id: item.id,
        type: item.type,
        slug: item.slug,
        daysRemaining: Math.max(0, Math.floor((item.trashedAtMs + 30 * dayMs - nowMs) / dayMs)),
        sizeBytes: inside.reduce((bytes, each) => bytes + each.bytes, 0),
        ...(item.type === 'project' ? { cascadedCount: inside.length - 1 } : {}),
        ...(item.project
          ? { parentProject: { _id: item.project.id, inTrash: item.project.state === 'trashed' } }
          : {}),
      }
    })
  }

  storedBytes(): number {
    return this.things.reduce((bytes, each) => bytes + (each.state === 'gone' ? 0 : each.bytes), 0)
  }
}
