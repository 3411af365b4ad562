import { refuse } from '../../door/refusal.ts'
import { sharp } from './decoders.ts'

/** Width and height of a stored icon at most, in pixels. */
const sideMax = 512
/** Pixels a picture may have: five megabytes can unpack to far more than a server's memory. */
const pixelsMax = 50_000_000
const secondsMax = 20
const qualityPercent = 82

/** A picture as icons are stored: WebP in sRGB, upright, the middle square, at most 512 × 512 and never enlarged, of an animation the
 *  first frame, and without what a camera or a program wrote beside it (place, time, device, colour profile).
 *  Takes PNG, JPEG and WebP up to 50 megapixels, whatever name or type they came under. Refuses with image_unreadable what is
 *  anything else, broken or cut off, and with store_unavailable while too many wait. */
export const prepareIcon = async (bytes: Buffer): Promise<Buffer> => {
  if (waiting >= waitingMax) throw refuse('store_unavailable', { message: tooMany, retryAfter: 10 })
  waiting += 1
  const prepared = last.then(() => squared(bytes))
  last = prepared.catch(() => undefined)
  try {
    return await prepared
  } catch (cause) {
    throw refuse('image_unreadable', { cause })
  } finally {
    waiting -= 1
  }
}

/** One picture at a time: the largest takes some hundred megabytes while it is turned. */
let last: Promise<unknown> = Promise.resolve()

/** Each one that waits holds its bytes in memory. */
const waitingMax = 8
const tooMany = 'Too many pictures are being prepared right now. Try again shortly'
let waiting = 0

const squared = async (bytes: Buffer): Promise<Buffer> => {
  const picture = sharp(bytes, { pages: 1, limitInputPixels: pixelsMax, failOn: 'error', autoOrient: true })
  const { width, height } = await picture.metadata()
  const side = Math.min(width, height, sideMax)
  return picture
    .resize(side, side, { fit: 'cover', position: 'centre' })
    .webp({ quality: qualityPercent })
    .timeout({ seconds: secondsMax })
    .toBuffer()
}
