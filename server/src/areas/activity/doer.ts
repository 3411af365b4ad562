import type { Actor } from '../../door/actor.ts'
import type { Doer } from './record-activity.ts'

/** The actor of a request, as the feed tells it. */
export const doerOf = (actor: Actor): Doer => ({
  userId: actor.userId,
  workspaceId: actor.workspace.id,
  requestId: actor.client.requestId,
  ...(actor.credential.kind === 'key'
    ? { apiKeyId: actor.credential.keyId, keyPrefix: actor.credential.keyPrefix }
    : {}),
})
