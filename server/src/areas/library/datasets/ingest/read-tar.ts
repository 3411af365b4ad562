import { createGunzip } from 'node:zlib'
import { type Extract, extract, type Header } from 'tar-stream'
import type { Budget } from './budget.ts'
import type { Entry } from './entry.ts'
import { limits } from './limits.ts'
import { segmentsOf } from './paths.ts'
import { FileRefused, quoted } from './refused.ts'
import type { SourceFile } from './source-file.ts'

/** The files of a tar archive, packed with gzip or not, in the order they come. */
export async function* readTar(file: SourceFile, budget: Budget): AsyncGenerator<Entry> {
  const tar = boundHeaders(extract())
  const streams = [await file.read(), ...((await isGzip(file)) ? [createGunzip()] : []), budget.counter()]
  for (const [index, stream] of streams.entries()) {
    // Whatever fails on the way ends what is read.
    stream.on('error', (error) => tar.destroy(error))
    stream.pipe((streams[index + 1] ?? tar) as NodeJS.WritableStream)
  }
  try {
    for await (const entry of tar) {
      const { name, type, size = 0 } = entry.header
      budget.countEntry(type === 'file' && size === 0)
      const isFile = type === 'file' || type === 'contiguous-file'
      if (!isFile && type !== 'directory')
        throw new FileRefused(`The archive holds a link or a device: ${quoted(name)}`)
      const segments = segmentsOf(name)
      if (isFile) yield { segments, read: (bytesMax) => readEntry(entry, size, bytesMax) }
      entry.resume()
    }
  } finally {
    for (const stream of streams) stream.destroy()
    tar.destroy()
  }
}

/** Refuses headers that are larger than any honest one. The reader has no option for it, so this stands before the method that takes them in:
 *  whatever else finds them would have to agree with it on where each begins. */
const boundHeaders = (tar: Extract): Extract => {
  const reader = tar as Extract & { _header: Header; _decodeLongHeader(bytes: Buffer): void }
  const decode = reader._decodeLongHeader
  reader._decodeLongHeader = (bytes) => {
    const isGlobal = (reader._header.type as string) === 'pax-global-header'
    if (bytes.length > (isGlobal ? limits.tarGlobalHeaderBytesMax : limits.tarHeaderBytesMax))
      throw new FileRefused('The archive has a header that is larger than any should be')
    decode.call(tar, bytes)
  }
  return tar
}

const isGzip = async (file: SourceFile): Promise<boolean> => {
  if (file.sizeBytes < 2) return false
  const chunks: Buffer[] = []
  for await (const chunk of await file.read({ start: 0, end: 2 })) chunks.push(chunk)
  return Buffer.concat(chunks).equals(Buffer.from([0x1f, 0x8b]))
}

const readEntry = async (
  entry: AsyncIterable<unknown>,
  size: number,
  bytesMax: number,
): Promise<Buffer | undefined> => {
  if (size > bytesMax) return undefined
  const chunks: Uint8Array[] = []
  for await (const chunk of entry) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}
