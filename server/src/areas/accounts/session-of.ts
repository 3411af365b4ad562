import type { Actor, SessionCredential } from '../../door/actor.ts'
import { sealerOf } from '../activity/doer.ts'
import type { Self } from './security-event.ts'

/** The session and the person of somebody who acts on their own account. */
export const sessionOf = (actor: Actor): { session: SessionCredential; self: Self; userId: string } => {
  const { credential, userId, client } = actor
  if (credential.kind !== 'session') throw new Error('The door lets only sessions through here')
  return {
    session: credential,
    self: { userId, requestId: client.requestId, sealClient: sealerOf(actor) },
    userId,
  }
}
