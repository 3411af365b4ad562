import type { Actor, SessionCredential } from '../../door/actor.ts'
import type { Self } from './security-event.ts'

/** The session and the person of somebody who acts on their own account. */
export const sessionOf = ({
  credential,
  userId,
  client,
}: Actor): { session: SessionCredential; self: Self; userId: string } => {
  if (credential.kind !== 'session') throw new Error('The door lets only sessions through here')
  return { session: credential, self: { userId, requestId: client.requestId }, userId }
}
