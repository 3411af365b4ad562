import multipart from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { iconBytesMax } from '#contract/profiles.ts'
import { refuse } from '../../door/refusal.ts'

/** Room for a picture and what a form writes around it. */
export const formBytesMax = iconBytesMax * 2

/** Lets the routes of this part of the app take forms with one picture. */
export const takePictures = async (forms: FastifyInstance): Promise<void> => {
  await forms.register(multipart, { limits: { fileSize: iconBytesMax, files: 1, fields: 4, parts: 5 } })
}

/** The file in the form field `image`; text beside it is read over. Refuses with unsupported_media_type; with payload_too_large, also
 *  when there are several files; or with image_unreadable when there is none, or the form is broken. */
export const readImage = async (request: FastifyRequest): Promise<Buffer> => {
  if (!request.isMultipart())
    throw refuse('unsupported_media_type', { message: 'Send the picture as multipart/form-data' })
  // A form is read as it comes, so nobody else looks at what it announces.
  if (Number(request.headers['content-length'] ?? 0) > formBytesMax) throw refuse('payload_too_large')
  let image: { field: string; bytes: Buffer } | undefined
  try {
    for await (const part of request.parts())
      if (part.type === 'file') image = { field: part.fieldname, bytes: await part.toBuffer() }
  } catch (cause) {
    if ((cause as { statusCode?: number }).statusCode === 413) throw refuse('payload_too_large', { cause })
    throw refuse('image_unreadable', { message: 'The form with the picture is broken', cause })
  }
  if (image?.field !== 'image')
    throw refuse('image_unreadable', { message: 'Send the picture in the field image' })
  return image.bytes
}
