import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'

/** What a key takes in both stores with its indexes is 600 bytes, measured; and some for what is sorted meanwhile. */
const bytesPerKey = 800
/** What the rest takes: the log of Postgres above all. */
const bytesBesides = 3 * 2 ** 30

/** Whether the disk has room for that many keys, and for whoever reads it how much there is and would be needed, in GiB. */
export const roomFor = async (keys: number): Promise<{ isEnough: boolean; needed: string; free: string }> => {
  const { bavail, bsize } = await statfs(tmpdir())
  const [neededBytes, freeBytes] = [keys * bytesPerKey + bytesBesides, bavail * bsize]
  const inGiB = (bytes: number) => (bytes / 2 ** 30).toFixed(0)
  return { isEnough: freeBytes >= neededBytes, needed: inGiB(neededBytes), free: inGiB(freeBytes) }
}
