import type { Split } from '#contract/dataset-fields.ts'
import { limits } from './limits.ts'

/* What the path of a file in an archive says of it: the layouts that training with YOLO knows. */

/** An image: `images/train/x.jpg`, `train/images/x.jpg`, `x.jpg`, or `train/cat/x.jpg`, which is a cat. `labelKeys` are where its labels may
 *  be, the likelier first. */
export type ImagePlace = { split: Split; file: string; labelKeys: string[]; folder: string | undefined }

const imageEndings = /\.(jpe?g|png|webp|bmp|tiff?|gif|heic|avif|dng|mpo|pfm|jp2)$/i

export const isImagePath = (segments: readonly string[]): boolean => {
  const name = segments.at(-1) ?? ''
  // What a Mac packs beside each file.
  return imageEndings.test(name) && !name.startsWith('._') && segments[0] !== '__MACOSX'
}

export const isYamlPath = (segments: readonly string[]): boolean =>
  /\.ya?ml$/i.test(segments.at(-1) ?? '') && segments.length <= 3 && segments[0] !== '__MACOSX'

export const isDataYaml = (segments: readonly string[]): boolean =>
  /^(data|dataset)\.ya?ml$/i.test(segments.at(-1) ?? '')

/** What labels are found under: their path without its ending, or undefined for a file that cannot hold any. */
export const labelKeyOf = (segments: readonly string[]): string | undefined => {
  const name = segments.at(-1) ?? ''
  if (!/\.txt$/i.test(name) || name.startsWith('._') || segments[0] === '__MACOSX') return undefined
  return withoutEnding(segments.join('/'))
}

export const imagePlaceOf = (segments: readonly string[]): ImagePlace => {
  const folders = segments.slice(0, -1)
  const splitAt = folders.findIndex((folder) => splitNamed(folder) !== undefined)
  const imagesAt = folders.lastIndexOf('images')
  const path = withoutEnding(segments.join('/'))
  const labelled =
    imagesAt < 0
      ? []
      : [withoutEnding([...folders.with(imagesAt, 'labels'), segments.at(-1) ?? ''].join('/'))]
  // Folders below split and `images` keep apart what has the same name.
  const below = folders.slice(Math.max(splitAt, imagesAt) + 1)
  const folder = imagesAt < 0 && splitAt >= 0 ? folders[splitAt + 1] : undefined
  return {
    split: (splitAt >= 0 ? splitNamed(folders[splitAt] ?? '') : undefined) ?? 'train',
    file: fileNameOf(splitAt < 0 && imagesAt < 0 ? segments.slice(-1) : [...below, segments.at(-1) ?? '']),
    labelKeys: [...labelled, path],
    folder,
  }
}

/** A name without folders, by which a client stores the image. */
export const fileNameOf = (segments: readonly string[]): string => {
  const name = segments
    .join('-')
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
    .replace(/[\u0000-\u001f\u007f"*:<>?|\\/]/g, '_')
  const ending = /\.[^.]{1,8}$/.exec(name)?.[0] ?? ''
  const stem = name.slice(0, name.length - ending.length)
  return cutTo(stem, limits.fileNameMax - Buffer.byteLength(ending)).replace(/^\.+/, '_') + ending
}

/** As much of a text as these bytes hold: files are named in bytes. */
const cutTo = (text: string, bytes: number): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, bytes), { stream: true })

/** The same name, ending as an image does. */
export const imageNameOf = (file: string, type: string): string =>
  imageEndings.test(file) ? file : `${file}.${type.replace('image/', '').replace('jpeg', 'jpg')}`

const splitNamed = (folder: string): Split | undefined => {
  const word = folder.toLowerCase().replace(/[\d_-]+$/, '')
  if (word === 'train' || word === 'training') return 'train'
  if (word === 'val' || word === 'valid' || word === 'validation') return 'val'
  return word === 'test' || word === 'testing' ? 'test' : undefined
}

const withoutEnding = (path: string): string => path.replace(/\.[^./]*$/, '')
