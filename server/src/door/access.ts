import type { Permission, Scope } from '#contract/permissions.ts'
import type { Actor } from './actor.ts'
import type { RateCategory } from './rate-categories.ts'

/** What each route declares of itself (ARCHITECTURE, "Door"). A route without a declaration does not start. */
export type Access =
  /** Open to the world; `why` says what guards it instead. `originFree` asks no Origin even of a client that carries a cookie, for
   *  routes that no cookie opens; a foreign one is refused all the same. `anyOrigin` takes foreign ones too: callbacks that a state or a
   *  signature guards (SPEC 18). */
  | { who: 'anyone'; why: string; originFree?: true; anyOrigin?: true }
  /** The signed-in person, about themselves. `recent`: only shortly after they proved who they are. */
  | { who: 'person'; recent?: true }
  /** Somebody acting in a workspace. `key` lists the scopes of which one suffices; `live` takes any live key. `closedToo`: also where the
   *  workspace is closed to them right now, for what the handler then lets through. */
  | {
      who: 'member'
      permission: Permission
      session: boolean
      key: readonly Scope[] | 'live' | null
      closedToo?: true
    }
  /** Anybody: the handler shows what the caller may see. A key still needs one of the scopes. */
  | { who: 'reader'; key: readonly Scope[] }

/** `unlimited` is for what a signature or the loopback address has already let through, and for health checks. */
export type Rate = RateCategory | 'unlimited'

/** `onlyAdds`: what the route changes takes nothing from anybody, so its answer need not wait until every node has heard. */
export type Declaration = { access: Access; rate: Rate; onlyAdds?: true }

export type ActorFor<A extends Access> = A extends { who: 'anyone' }
  ? null
  : A extends { who: 'reader' }
    ? Actor | null
    : Actor

export const anyone = (why: string, more: { originFree?: true; anyOrigin?: true } = {}) =>
  ({ who: 'anyone', why, ...more }) as const
export const person = { who: 'person' } as const
/** For what somebody at an unlocked desk should not be able to do (SPEC 14.2). */
export const personRecently = { who: 'person', recent: true } as const
export const reader = (...key: Scope[]) => ({ who: 'reader', key }) as const

/** A member acting by browser session only. */
export const bySession = (permission: Permission) =>
  ({ who: 'member', permission, session: true, key: null }) as const

/** A member acting by browser session, or by a key that has one of these scopes. */
export const bySessionOrKey = (permission: Permission, ...key: Scope[]) =>
  ({ who: 'member', permission, session: true, key }) as const

/** A member acting by browser session, or by any live key whatever its scopes. */
export const bySessionOrLiveKey = (permission: Permission) =>
  ({ who: 'member', permission, session: true, key: 'live' }) as const

/** A training client: key only. */
export const byKey = (permission: Permission, ...key: Scope[]) =>
  ({ who: 'member', permission, session: false, key }) as const
