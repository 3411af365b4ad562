import { z } from 'zod'
import { chainVersion } from './canonical-event.ts'
import { isSignedBy, type SigningKey } from './signing-key.ts'

/* What is signed of a chain, in two forms that cannot pass for each other. */

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const base64 = z.base64()
const position = z.int().min(0)

const signedFields = {
  workspaceId: z.string(),
  position,
  /** Of the link at this position, hex. */
  hash: hex,
  /** When it was signed, ISO 8601 in UTC with milliseconds. */
  at: z.iso.datetime(),
  keyVersion: z.int().min(1),
  publicKey: base64,
  signature: base64,
}

/** That a chain had this hash at this position, at this time. */
export const Checkpoint = z.strictObject({ kind: z.literal('checkpoint'), ...signedFields })
export type Checkpoint = z.output<typeof Checkpoint>

/** The last line of an export: that this is all there was of the chain at this time. */
export const Footer = z.strictObject({ kind: z.literal('footer'), ...signedFields })
export type Footer = z.output<typeof Footer>

type Signed = Checkpoint | Footer

const messageOf = ({
  kind,
  workspaceId,
  position,
  hash,
  at,
  keyVersion,
}: Omit<Signed, 'publicKey' | 'signature'>) =>
  JSON.stringify(['gatehouse activity', chainVersion, kind, workspaceId, position, hash, at, keyVersion])

/** Signs the state of a chain. */
export const signed = <Kind extends Signed['kind']>(
  key: SigningKey,
  kind: Kind,
  { workspaceId, position, hash, at }: { workspaceId: string; position: number; hash: string; at: Date },
) => {
  const told = { kind, workspaceId, position, hash, at: at.toISOString(), keyVersion: key.version }
  return { ...told, publicKey: key.publicKey, signature: key.sign(messageOf(told)) }
}

/** Whether the signature fits the values beside it. Whose key it is remains to be asked. */
export const isGenuine = (told: Signed): boolean =>
  isSignedBy(told.publicKey, messageOf(told), told.signature)
