import { type DataKey, openField, sealField } from '../../../crypto/seal.ts'

const addressIdentity = (inviteId: string): string => `invites.email:${inviteId}`

/** The invited address, under the data key of the workspace. */
export const sealInvited = (key: DataKey, inviteId: string, address: string): Buffer =>
  sealField(key, addressIdentity(inviteId), address)

export const openInvited = (key: DataKey, { id, emailSealed }: { id: string; emailSealed: Buffer }): string =>
  openField(key, addressIdentity(id), emailSealed)
