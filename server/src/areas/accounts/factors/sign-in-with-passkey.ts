import type { House } from '../../../house.ts'
import { lockUser } from '../lock-user.ts'
import type { Client } from '../sessions/known-device.ts'
import { openSession } from '../sessions/session.ts'
import { type Assertion, provePasskey, requireKept } from './prove-passkey.ts'

/** Signs in with a passkey alone: it is something the person has and, because it checks who holds it, something they know or are. Refuses
 *  with passkey_rejected. */
export const signInWithPasskey = async (
  house: Pick<House, 'directory' | 'cells' | 'config' | 'keyRing' | 'siteUrl'>,
  assertion: Assertion,
  client: Client,
  at: Date,
): Promise<string> => {
  const { cell, userId, passkeyId } = await provePasskey(house, assertion, at)
  return cell.db.transaction(async (tx) => {
    await lockUser(tx, userId)
    await requireKept(tx, passkeyId)
    const by = { methods: ['passkey'], secondFactor: passkeyId } as const
    return openSession(tx, house, cell, { userId, client, by }, at)
  })
}
