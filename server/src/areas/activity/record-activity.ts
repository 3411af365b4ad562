import type { Action, ResourceType } from '#contract/activity.ts'
import { connectionOf, type Db, type Tx } from '../../cells/database.ts'
import { makeId } from '../../crypto/token.ts'
import { activityEvents } from './table.ts'

/** `type/action` of SPEC 9.1. */
export type EventName = `${ResourceType}/${Action}`

/** Who did it, as the feed tells it. An Actor satisfies this. */
export type Doer = {
  userId: string
  workspaceId: string
  apiKeyId?: string | undefined
  keyPrefix?: string | undefined
  requestId?: string | undefined
  /** Seals where they acted from, for the event of this id. */
  sealClient?: ((db: Db | Tx, eventId: string) => Promise<Buffer | undefined>) | undefined
}

/** What a sealed client is bound to. */
export const clientIdentity = (eventId: string): string => `activity_events.client_sealed:${eventId}`

export type Subject = { id?: string; name?: string; metadata?: Record<string, unknown> }

/** Writes an event in the transaction of the change it tells of, so that there is never one without the other. */
export const recordActivity = async (
  tx: Tx,
  event: EventName,
  doer: Doer,
  subject: Subject,
  at: Date,
): Promise<void> => recordOnce(tx, makeId(at), event, doer, subject, at)

/** The same under an id of the caller's, for work that may be repeated: what was told already is not told again. */
export const recordOnce = async (
  tx: Tx,
  id: string,
  event: EventName,
  doer: Doer,
  subject: Subject,
  at: Date,
): Promise<void> => {
  const values = await eventValues(tx, id, event, doer, subject, at)
  // Nearly every change sends this.
  await connectionOf(tx).query({ name: 'record_activity', text: eventInsert(1), values })
}

/** The statement that writes an event, whose values are the ten parameters from `$first` on, as `eventValues` gives them. It may be the end of
 *  a longer one: with `from`, a part of that, it tells of its one row, and of nothing where there is none. */
export const eventInsert = (first: number, from = ''): string => {
  const types = [...Array.from({ length: 7 }, () => 'text'), 'jsonb', 'timestamptz', 'bytea']
  const parameters = types.map((type, n) => `$${first + n}::${type}`).join(', ')
  return `insert into activity_events (id, workspace_id, user_id, resource_type, action, resource_id, resource_name, metadata, created_at,
      client_sealed)
    select ${parameters} ${from ? `from ${from}` : 'on conflict do nothing'}`
}

/** What `eventInsert` writes. */
export const eventValues = async (
  db: Db | Tx,
  id: string,
  event: EventName,
  doer: Doer,
  subject: Subject,
  at: Date,
): Promise<unknown[]> => {
  // Runs are told by machines, which their key's own record names.
  const clientSealed = event.startsWith('training/') ? undefined : await doer.sealClient?.(db, id)
  const row = rowOf(id, { event, doer, subject }, at)
  return [
    ...[row.id, row.workspaceId, row.userId, row.resourceType, row.action, row.resourceId, row.resourceName],
    ...[JSON.stringify(row.metadata), row.createdAt, clientSealed ?? null],
  ]
}

type Telling = { event: EventName; doer: Doer; subject: Subject }

/** How many events go into one statement. */
const batchMax = 500

/** Several at once, in their order, without where they were done from. */
export const recordAll = async (tx: Tx, tellings: readonly Telling[], at: Date): Promise<void> => {
  for (let start = 0; start < tellings.length; start += batchMax) {
    const batch = tellings.slice(start, start + batchMax)
    await tx.insert(activityEvents).values(batch.map((telling) => rowOf(makeId(at), telling, at)))
  }
}

const rowOf = (id: string, { event, doer, subject }: Telling, at: Date) => {
  const [resourceType, action] = event.split('/') as [ResourceType, Action]
  const { apiKeyId, keyPrefix, requestId } = doer
  return {
    id,
    workspaceId: doer.workspaceId,
    userId: doer.userId,
    resourceType,
    action,
    resourceId: subject.id ?? null,
    resourceName: subject.name ?? null,
    metadata: {
      ...subject.metadata,
      ...(apiKeyId ? { apiKeyId } : {}),
      ...(keyPrefix ? { keyPrefix } : {}),
      ...(requestId ? { requestId } : {}),
    },
    createdAt: at,
  }
}
