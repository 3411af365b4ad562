import { createHmac } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Cell } from '../../../../cells/cells.ts'
import type { KeyRing } from '../../../../crypto/key-ring.ts'
import { type DataKey, unwrapDataKey } from '../../../../crypto/seal.ts'
import type { House } from '../../../../house.ts'
import { readSealed } from '../../uploads/read-upload.ts'

/* The bytes of an image are stored once in a cell, whoever shows it (SPEC 11.1). So they are not sealed under the key of a workspace but
   under one of their own, which goes with them (decision 0050). */

/** Where image and thumbnail are kept: beneath one key, so that both go together. */
export const fileKey = (fileId: string): string => `images/${fileId}`

export type Face = 'full' | 'thumbnail'
export const faceKey = (fileId: string, face: Face): string => `${fileKey(fileId)}/${face}`

/** What an image is found again by. Keyed, so that nobody who holds the database alone can ask it for a picture they know. */
export const imageDigest = (ring: KeyRing, bytes: Buffer): Buffer =>
  createHmac('sha256', ring.derive('image-digest', ring.newest)).update(bytes).digest()

const keyOfFile = (ring: KeyRing, file: { id: string; wrappedKey: Buffer }): DataKey =>
  unwrapDataKey(ring, file.id, file.wrappedKey)

/** The bytes of an image or its thumbnail. */
export const readImageFile = (
  { files, keyRing }: Pick<House, 'files' | 'keyRing'>,
  cell: Cell,
  file: { id: string; wrappedKey: Buffer },
  face: Face,
): Promise<Readable> => readSealed({ files }, cell, keyOfFile(keyRing, file), faceKey(file.id, face))
