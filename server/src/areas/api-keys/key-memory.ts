import { sha256Base64 } from '../../crypto/digest.ts'
import type { Identity, KeyCredential, Membership } from '../../door/actor.ts'
import type { Loaded, Memory } from '../../gate/memory.ts'
import type { House } from '../../house.ts'
import { findMembership } from '../workspaces/find-membership.ts'
import { apiKeyFinder, type FoundKey } from './find-api-key.ts'
import { isKeyValue } from './key-format.ts'

type Found = Membership & { userId: string; credential: KeyCredential }

/** Looks keys up, remembering what it found for as long as the node may (decision 0041). A key without a current role in its workspace
 *  is nobody (SPEC 5.2). What it does not remember it asks for in batches (decision 0044): each of them reads after the look-up was
 *  asked, which is when the memory noted what it had heard of by then. */
export const findApiKeyByMemory = (
  house: Pick<House, 'directory' | 'cells'>,
  memory: Memory<Found>,
): Identity['findKey'] => {
  const findApiKey = apiKeyFinder(house)
  return async (value, at) => {
    if (!isKeyValue(value)) return undefined
    const digest = sha256Base64(value)
    return memory.find(digest, at, async () => withRole(await findApiKey(Buffer.from(digest, 'base64')), at))
  }
}

/** The key, the role of who made it and the workspace are what it depends on. */
const withRole = async (key: FoundKey | undefined, at: Date): Promise<Loaded<Found> | undefined> => {
  const membership = key && (await findMembership(key.cell, key.workspaceId, key.createdBy, at))
  if (!key || !membership) return undefined
  const { workspaceId, createdBy, credential, cell } = key
  return {
    value: { ...membership, userId: createdBy, credential },
    cellId: cell.id,
    subjects: [`key ${credential.keyId}`, `member ${workspaceId} ${createdBy}`, `workspace ${workspaceId}`],
    reloadAt: membership.workspace.licenseUntil,
  }
}
