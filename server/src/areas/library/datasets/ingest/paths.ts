import { limits } from './limits.ts'
import { FileRefused, quoted } from './refused.ts'

/** The segments of an entry's path. Refuses what would lead out of the archive, or is no path. */
export const segmentsOf = (raw: string): string[] => {
  const path = raw.replaceAll('\\', '/')
  if (Buffer.byteLength(path) > limits.pathBytesMax)
    throw new FileRefused(
      `A path in the archive is longer than ${limits.pathBytesMax} bytes: ${quoted(path)}`,
    )
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path))
    throw new FileRefused(`The archive holds an absolute path: ${quoted(path)}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f\ufffd]/.test(path))
    throw new FileRefused(`The archive holds a name with characters that no name has: ${quoted(path)}`)
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  if (segments.includes('..'))
    throw new FileRefused(`The archive holds a path that leads out of it: ${quoted(path)}`)
  if (segments.length > limits.pathDepthMax)
    throw new FileRefused(
      `The archive holds more than ${limits.pathDepthMax} folders inside each other: ${quoted(path)}`,
    )
  return segments
}
