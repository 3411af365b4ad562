import type { Action, ResourceType } from '#contract/activity.ts'
import type { Tx } from '../../cells/database.ts'
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
}

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
  const [resourceType, action] = event.split('/') as [ResourceType, Action]
  const { apiKeyId, keyPrefix, requestId } = doer
  const row = {
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
  await tx.insert(activityEvents).values(row).onConflictDoNothing()
}
