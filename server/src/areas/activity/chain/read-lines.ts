import { createReadStream } from 'node:fs'

/** Longer than any line of an export. */
const lineBytesMax = 16 * 1024 * 1024

/** The lines of a file, one after the other. Bytes that are no UTF-8 make a line that nothing fits, instead of being mended. */
export async function* readLines(file: string): AsyncGenerator<string> {
  let begun = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
    begun = begun.length > 0 ? Buffer.concat([begun, chunk]) : chunk
    let start = 0
    for (let end = begun.indexOf(10); end >= 0; end = begun.indexOf(10, start)) {
      yield textOf(begun.subarray(start, end))
      start = end + 1
    }
    begun = begun.subarray(start)
    if (begun.length > lineBytesMax) break
  }
  if (begun.length > 0) yield textOf(begun)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const textOf = (bytes: Buffer): string => {
  try {
    return utf8.decode(bytes)
  } catch {
    return ''
  }
}
