import type { Permission } from '#contract/permissions.ts'
import type { Tx } from '../../../cells/database.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { EventRow } from '../table.ts'

/** An event that is about to be undone. */
export type Undoable = {
  id: string
  resourceId: string | null
  resourceName: string | null
  metadata: Record<string, unknown>
  /** What the event changed: each field as it was, and as it became. Empty where the event tells of no fields. */
  before: Record<string, unknown>
  after: Record<string, unknown>
}

/** How one kind of event is undone. Its area registers it in `app.ts`. */
export type Undoer = {
  /** What the person needs in the workspace. */
  permission: Permission
  /** Whether an event carries enough to be undone; without one, an event needs `before` and `after`. */
  covers?: (event: Undoable) => boolean
  /** Puts back what was before, in the given transaction, and records the inverse event with `undoOf(event)` in its metadata. Refuses with
   *  undo_conflict when what the event changed has changed again. */
  undo(tx: Tx, actor: Actor, event: Undoable, at: Date): Promise<void>
}

/** By `type/action`, or `type/action/kind` for events whose metadata has a kind. */
export type Undoers = Readonly<Record<string, Undoer>>

/** The part of an inverse event's metadata that says what it undoes and what that changed. */
export const undoOf = ({ id, metadata, before, after }: Undoable): Record<string, unknown> => ({
  ...(metadata.kind === undefined ? {} : { kind: metadata.kind }),
  ...(Object.keys(after).length ? { before: after, after: before } : {}),
  undoOf: id,
})

/** How long something can be undone (SPEC 9.5). */
export const undoSeconds = 3600

export const undoableOf = ({ id, resourceId, resourceName, metadata }: EventRow): Undoable => ({
  id,
  resourceId,
  resourceName,
  metadata,
  before: fieldsOf(metadata.before),
  after: fieldsOf(metadata.after),
})

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

/** The way to undo an event, if there is one. */
export const undoerOf = (
  undoers: Undoers,
  row: Pick<EventRow, 'resourceType' | 'action'>,
  event: Undoable,
): Undoer | undefined => {
  const { kind } = event.metadata
  const name = `${row.resourceType}/${row.action}${typeof kind === 'string' ? `/${kind}` : ''}`
  const undoer = Object.hasOwn(undoers, name) ? undoers[name] : undefined
  const isCovered = undoer?.covers ? undoer.covers(event) : Object.keys(event.after).length > 0
  return isCovered ? undoer : undefined
}

/** Refuses with undo_conflict unless every field that the event changed still is as the event left it. */
export const requireUnchanged = (current: Record<string, unknown>, { after }: Undoable): void => {
  for (const [field, value] of Object.entries(after))
    if (current[field] !== value) throw refuse('undo_conflict')
}
