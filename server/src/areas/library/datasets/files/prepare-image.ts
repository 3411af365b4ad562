import type { SkipReason } from '#contract/dataset-fields.ts'
import { sharp } from '../../../workspaces/decoders.ts'
import { limits } from '../ingest/limits.ts'

/** Why an image is left out. */
export class ImageProblem extends Error {
  readonly reason: SkipReason
  constructor(reason: SkipReason, cause?: unknown) {
    super(reason, { cause })
    this.reason = reason
  }
}

export type PreparedImage = {
  full: Buffer
  thumbnail: Buffer
  type: string
  width: number
  height: number
}

const types = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const
const secondsMax = 60

/** An image as it is stored (SPEC 11.1): as it came, unless a side is longer than 4096 pixels; then made smaller, in its own format. With
 *  a thumbnail, and how wide and high it shows. JPEG, PNG and WebP by what they hold, whatever their name; all of it is decoded, so what is
 *  cut short or broken is found. Throws ImageProblem. */
export const prepareImage = async (bytes: Buffer): Promise<PreparedImage> => {
  try {
    const options = {
      pages: 1,
      limitInputPixels: limits.imagePixelsMax,
      failOn: 'error',
      autoOrient: true,
    } as const
    const { format, autoOrient } = await sharp(bytes, options).metadata()
    if (!(format in types)) throw new ImageProblem('unsupported')
    const type = types[format as keyof typeof types]
    const { width, height } = autoOrient
    if (Math.min(width, height) < limits.imageSideMin) throw new ImageProblem('too_small')
    const thumbnail = await sharp(bytes, options)
      .resize(limits.thumbnailSide, limits.thumbnailSide, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .timeout({ seconds: secondsMax })
      .toBuffer()
    if (Math.max(width, height) <= limits.imageSideMax) return { full: bytes, thumbnail, type, width, height }
    const { data, info } = await sharp(bytes, options)
      .resize(limits.imageSideMax, limits.imageSideMax, { fit: 'inside' })
      .toFormat(format as keyof typeof types, { quality: 92 })
      .timeout({ seconds: secondsMax })
      .toBuffer({ resolveWithObject: true })
    if (Math.min(info.width, info.height) < limits.imageSideMin) throw new ImageProblem('too_small')
    return { full: data, thumbnail, type, width: info.width, height: info.height }
  } catch (fault) {
    if (fault instanceof ImageProblem) throw fault
    const text = fault instanceof Error ? fault.message : ''
    if (text.includes('pixel limit')) throw new ImageProblem('too_large', fault)
    throw new ImageProblem(text.includes('unsupported image format') ? 'unsupported' : 'unreadable', fault)
  }
}
