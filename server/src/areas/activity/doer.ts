import type { Actor } from '../../door/actor.ts'
import { clientIdentity, type Doer } from './record-activity.ts'

/** The actor of a request, as the feed tells it. */
export const doerOf = (actor: Actor): Doer => ({
  userId: actor.userId,
  workspaceId: actor.workspace.id,
  requestId: actor.client.requestId,
  sealClient: sealerOf(actor),
  ...(actor.credential.kind === 'key'
    ? { apiKeyId: actor.credential.keyId, keyPrefix: actor.credential.keyPrefix }
    : {}),
})

/** Seals from where and with what program somebody acted. */
export const sealerOf =
  ({ userId, client, sealDetails }: Pick<Actor, 'userId' | 'client' | 'sealDetails'>): Doer['sealClient'] =>
  (db, eventId) =>
    sealDetails(db, userId, clientIdentity(eventId), client)
