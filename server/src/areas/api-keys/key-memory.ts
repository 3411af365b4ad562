import { sha256 } from '../../crypto/digest.ts'
import type { Identity, KeyCredential, Membership } from '../../door/actor.ts'
import type { Loaded, Memory } from '../../gate/memory.ts'
import type { House } from '../../house.ts'
import { findMembership } from '../workspaces/find-membership.ts'
import { findApiKey } from './find-api-key.ts'
import { isKeyValue } from './key-format.ts'

type Found = Membership & { userId: string; credential: KeyCredential }

/** Looks keys up, remembering what it found for as long as the node may (decision 0041). A key without a current role in its workspace
 *  is nobody (SPEC 5.2). */
export const findApiKeyByMemory =
  (house: Pick<House, 'directory' | 'cells'>, memory: Memory<Found>): Identity['findKey'] =>
  async (value, at) =>
    isKeyValue(value)
      ? memory.find(sha256(value).toString('base64'), at, () => load(house, value, at))
      : undefined

/** The key, the role of who made it and the workspace are what it depends on. */
const load = async (
  house: Pick<House, 'directory' | 'cells'>,
  value: string,
  at: Date,
): Promise<Loaded<Found> | undefined> => {
  const key = await findApiKey(house, value)
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
