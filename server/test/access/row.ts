import type { Role, Scope } from '#contract/permissions.ts'
import type { Base } from '../hostile/row.ts'
import type { Caller, Person } from '../people.ts'
import type { Place } from './place.ts'
import type { World } from './world.ts'

/** Somebody who asks, and what they stand for in the table. */
export type Asker = {
  name: string
  /** What they hold of the team: its session or key with this role, or nothing. */
  role: Role | null
  /** The scopes of a key, null for one made without; undefined for those who come without a key. */
  scopes?: readonly Scope[] | null
  /** Who they are, or who made the key. */
  person: Person | null
  call: Caller
}

/** What a request is about: the team of the callers; another team, by its name; a thing of that other team, under the name of the
 *  callers' own; a thing of the team, without naming any; somebody else's thing; or the caller alone. */
export type Target = 'team' | 'other' | 'cross' | 'bare' | 'else' | '-'

export type Scene = {
  world: World
  asker: Asker
  target: Target
  /** The workspace that is named. */
  owner: string
  /** Whose things are asked for. */
  place: Place
}

/** A request that is valid in every part. `call` stands in for the asker's own, where the answer would end their session. */
type Ask = Omit<Base, 'call'> & { call?: Caller }

/** One request of a route, asked by everybody about each target. `ask` also puts back what an earlier one took away. */
export type AccessRow = {
  route: string
  /** What tells this request from others of its route. */
  about?: string
  targets: readonly Target[]
  /** What it asks for is shown to the world, so that others than members may have it. */
  isPublic?: true
  ask: (scene: Scene) => Base | Ask | Promise<Ask>
}

/** A member's route whose thing is the workspace itself. */
export const named = ['team', 'other'] as const
/** A route about a thing of a workspace, which is named beside it. */
export const withThing = ['team', 'other', 'cross'] as const
/** A route that finds a thing wherever it is. */
export const found = [...withThing, 'bare'] as const
/** A route about the caller, or about nobody. */
export const alone = ['-'] as const
/** A route about a thing of the caller. */
export const ofPerson = ['-', 'else'] as const

export const nobodysId = 'f'.repeat(24)
