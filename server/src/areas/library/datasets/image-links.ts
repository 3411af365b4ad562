import type { Cell } from '../../../cells/cells.ts'
import { signPath } from '../../../crypto/signed-url.ts'
import type { House } from '../../../house.ts'

type Links = Pick<House, 'siteUrl' | 'keyRing'>

const hourMs = 3_600_000
/** A long download must not outlive its links (SPEC 16.6). */
const linkHours = 24

/** When links made now end: at a full hour, a day from now at least. So a page that is opened again shows the same links, and the browser
 *  the pictures it has. */
const endOf = (at: Date): Date => new Date((Math.ceil(at.getTime() / hourMs) + linkHours) * hourMs)

const link = ({ keyRing, siteUrl }: Links, path: string, at: Date): string =>
  siteUrl() + signPath(keyRing, 'GET', path, endOf(at))

/** An absolute signed link to an image. Its path is the same in every export. */
export const imageUrl = (
  house: Links,
  cell: Cell,
  { id, file }: { id: string; file: string },
  at: Date,
): string => link(house, `/api/files/${cell.id}/images/${id}/${encodeURIComponent(file)}`, at)

/** The same to its thumbnail: WebP, 256 pixels at most on either side. */
export const thumbnailUrl = (
  house: Links,
  cell: Cell,
  { id, file }: { id: string; file: string },
  at: Date,
): string =>
  link(
    house,
    `/api/files/${cell.id}/thumbnails/${id}/${encodeURIComponent(file.replace(/\.[^.]*$/, ''))}.webp`,
    at,
  )
