import type { ProviderProblem } from '#contract/identities.ts'
import type { Place } from '../../../directory/directory.ts'
import type { House } from '../../../house.ts'
import { countFactors, needsSecondFactor } from '../factors/second-factor.ts'
import type { Client } from '../sessions/known-device.ts'
import { digestProof, passFirstFactor, type SignedIn } from '../sign-in/pending-sign-in.ts'
import { connectIdentity } from './connect-identity.ts'
import { type ExternalAccount, identityEntry } from './identity.ts'
import { hasAnother, isDisconnected, mayLink } from './may-link.ts'

type Needs = Pick<House, 'directory' | 'cells' | 'config' | 'keyRing'>

/** Signs in the owner of an address that a provider vouches for, and connects the account there. Where a second factor is set up that comes
 *  first: a lasting way in is not planted by half a sign-in. One that its owner has disconnected stays so. */
export const linkByAddress = async (
  house: Needs,
  account: ExternalAccount & { email: string },
  { cellId, subjectId: userId }: Place,
  client: Client & { requestId: string },
  at: Date,
): Promise<SignedIn | { next: 'back'; problem: ProviderProblem }> => {
  const { directory } = house
  const cell = house.cells.get(cellId)
  const method = account.provider
  const digest = digestProof(identityEntry(directory, account).digest)
  if (await isDisconnected(cell.db, userId, digest)) return { next: 'back', problem: 'provider_disconnected' }
  if (await hasAnother(cell.db, userId, method, digest)) return { next: 'back', problem: 'identity_mismatch' }
  const link = {
    account,
    digest,
    emailDigest: digestProof(directory.guessable('email', account.email).digest),
  }
  if (needsSecondFactor(await countFactors(cell.db, userId)))
    return passFirstFactor(house, cell, { userId, method, proof: digest, link }, client, at)
  const self = { userId, requestId: client.requestId }
  const linked = await connectIdentity(house, cell, self, account, at, (tx) => mayLink(tx, userId, link))
  if (linked !== 'connected') return { next: 'back', problem: 'provider_busy' }
  return passFirstFactor(house, cell, { userId, method, proof: digest }, client, at)
}
