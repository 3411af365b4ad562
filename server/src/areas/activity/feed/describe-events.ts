import { and, eq, inArray } from 'drizzle-orm'
import type { ActivityEvent, ResourceType } from '#contract/activity.ts'
import { may } from '#contract/permissions.ts'
import type { Actor } from '../../../door/actor.ts'
import { activityEvents, activityMarks, activityUndone, type EventRow } from '../table.ts'
import { isUndoOver, undoUntil } from '../undo/undo-activity.ts'
import { type Undoable, type Undoers, undoableOf, undoerOf } from '../undo/undoers.ts'
import { type Reader, stateOf } from './reader.ts'

type Workspace = Actor['workspace']
type Resource = { type: ResourceType; id: string }

/** What other areas know of those an event names. `app.ts` hands in their answers. */
export type FeedNeeds = {
  /** Names and addresses of people in this workspace's feed, by id. */
  findPeople(
    workspace: Workspace,
    userIds: readonly string[],
  ): Promise<Map<string, { name: string; email: string }>>
  /** Names of the API keys that still exist, by id. */
  findKeys(workspace: Workspace, keyIds: readonly string[]): Promise<Map<string, string>>
  /** The ids of those that are gone for good. What lies in the trash is not. */
  findGone(workspace: Workspace, resources: readonly Resource[]): Promise<Set<string>>
  /** From where and with what program events were done, by the event's id, as far as it can still be opened. */
  openClients(
    workspace: Workspace,
    events: readonly SealedClient[],
  ): Promise<Map<string, { address: string; client: string }>>
  undoers: Undoers
}
export type SealedClient = { id: string; userId: string; sealed: Buffer }

/** Events by their `seq`, newest first, as this reader sees them. */
export const describeEvents = async (
  needs: FeedNeeds,
  actor: Actor,
  reader: Reader,
  seqs: readonly number[],
  at: Date,
): Promise<ActivityEvent[]> => {
  if (seqs.length === 0) return []
  const { workspace } = actor
  const rows = await workspace.cell.db
    .select({ event: activityEvents, mark: activityMarks, undone: activityUndone.eventId })
    .from(activityEvents)
    .leftJoin(
      activityMarks,
      and(eq(activityMarks.userId, reader.userId), eq(activityMarks.eventId, activityEvents.id)),
    )
    .leftJoin(activityUndone, eq(activityUndone.eventId, activityEvents.id))
    .where(inArray(activityEvents.seq, [...seqs]))
  rows.sort((a, b) => b.event.seq - a.event.seq)
  const events = rows.map(({ event }) => event)
  const known = await findKnown(needs, actor, events)
  return rows.map(({ event, mark, undone }) => ({
    ...plainly(event),
    userEmail: known.people.get(event.userId)?.email ?? '',
    userName: known.people.get(event.userId)?.name ?? 'Somebody who left',
    ...stateOf(reader, event.seq, mark ?? noMark),
    ...keyOf(event, known.keys),
    ...known.clients.get(event.id),
    ...(event.resourceId && known.gone.has(event.resourceId) ? { resourceDeleted: true as const } : {}),
    ...changesOf(undoableOf(event)),
    ...(undone ? { undone: true as const } : undoOffer(needs.undoers, actor, event, at)),
  }))
}

const noMark = { seenAt: null, archivedAt: null, restoredRound: null }

const findKnown = async (
  needs: FeedNeeds,
  { workspace, userId, role }: Actor,
  events: readonly EventRow[],
) => {
  const resources = events.flatMap(({ resourceType, resourceId }) =>
    resourceId === null ? [] : [{ type: resourceType, id: resourceId }],
  )
  // SPEC 9.2: the address is for whoever acted, and for admins.
  const isOpen = (event: EventRow) => event.userId === userId || may(role, 'workspace.edit')
  const sealed = events.flatMap((event) =>
    event.clientSealed && isOpen(event)
      ? [{ id: event.id, userId: event.userId, sealed: event.clientSealed }]
      : [],
  )
  const [people, keys, gone, clients] = await Promise.all([
    needs.findPeople(workspace, [...new Set(events.map((event) => event.userId))]),
    needs.findKeys(workspace, [...new Set(events.flatMap((event) => keyIdOf(event) ?? []))]),
    needs.findGone(workspace, resources),
    needs.openClients(workspace, sealed),
  ])
  return { people, keys, gone, clients }
}

const plainly = (event: EventRow) => ({
  _id: event.id,
  userId: event.userId,
  action: event.action,
  resourceType: event.resourceType,
  ...(event.resourceId ? { resourceId: event.resourceId } : {}),
  ...(event.resourceName ? { resourceName: event.resourceName } : {}),
  ...(Object.keys(event.metadata).length ? { metadata: event.metadata } : {}),
  timestamp: event.createdAt.toISOString(),
})

const keyIdOf = ({ metadata }: EventRow): string | undefined =>
  typeof metadata.apiKeyId === 'string' ? metadata.apiKeyId : undefined

const keyOf = (event: EventRow, names: Map<string, string>): Pick<ActivityEvent, 'key'> => {
  const id = keyIdOf(event)
  if (id === undefined) return {}
  const { keyPrefix } = event.metadata
  const name = names.get(id)
  return {
    key: { id, ...(typeof keyPrefix === 'string' ? { prefix: keyPrefix } : {}), ...(name ? { name } : {}) },
  }
}

const changesOf = ({ before, after }: Undoable): Pick<ActivityEvent, 'changes'> => {
  const fields = Object.keys(after)
  if (fields.length === 0) return {}
  return {
    changes: fields.map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null })),
  }
}

const undoOffer = (
  undoers: Undoers,
  actor: Actor,
  event: EventRow,
  at: Date,
): Pick<ActivityEvent, 'undo'> => {
  if (isUndoOver(event.createdAt, at)) return {}
  const undoer = undoerOf(undoers, event, undoableOf(event))
  if (!undoer || !may(actor.role, undoer.permission)) return {}
  return { undo: { until: undoUntil(event.createdAt).toISOString() } }
}
