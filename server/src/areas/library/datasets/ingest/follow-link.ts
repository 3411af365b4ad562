import type { Cell } from '../../../../cells/cells.ts'
import { isSignatureValid } from '../../../../crypto/signed-url.ts'
import type { House } from '../../../../house.ts'
import { findImage } from '../files/find-image.ts'
import { readImageFile } from '../files/image-file.ts'
import { type Kept, keptFile } from '../files/store-file.ts'
import type { imageFiles } from '../table.ts'
import type { KeepBytes } from './taking.ts'

const pathPattern = /^\/api\/files\/([a-z0-9-]{1,40})\/images\/([0-9a-f]{24})\/[^/]+$/

/** Finds an image by a signed link that this installation gave out, without asking the network: its signature says that whoever holds it
 *  may have it. Other addresses are not followed. */
export const followLink =
  (house: Pick<House, 'cells' | 'files' | 'keyRing' | 'siteUrl' | 'clock'>, to: Cell, keep: KeepBytes) =>
  async (address: string): Promise<(() => Promise<Kept>) | 'link_not_ours' | 'link_expired'> => {
    const url = URL.parse(address)
    const [, cellId, imageId] = pathPattern.exec(url?.pathname ?? '') ?? []
    const from = house.cells.all.find(({ id }) => id === cellId)
    if (!url || url.origin !== new URL(house.siteUrl()).origin || !from || !imageId) return 'link_not_ours'
    const query = Object.fromEntries(url.searchParams)
    if (!isSignatureValid(house.keyRing, 'GET', url.pathname, query, house.clock.now())) return 'link_expired'
    const file = await findImage(from, imageId)
    return file ? fetchFrom(house, from, to, file, keep) : 'link_expired'
  }

/** An image of another dataset: its file itself within a cell, a copy of it from another. */
export const fetchFrom =
  (
    house: Pick<House, 'files' | 'keyRing'>,
    from: Cell,
    to: Cell,
    file: typeof imageFiles.$inferSelect,
    keep: KeepBytes,
  ): (() => Promise<Kept>) =>
  async () => {
    if (from === to) return keptFile(file)
    const chunks: Buffer[] = []
    for await (const chunk of await readImageFile(house, from, file, 'full')) chunks.push(chunk as Buffer)
    return keep(Buffer.concat(chunks))
  }
