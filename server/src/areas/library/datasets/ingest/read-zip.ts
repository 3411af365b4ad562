import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import type { Budget } from './budget.ts'
import type { Entry } from './entry.ts'
import { segmentsOf } from './paths.ts'
import { FileRefused, quoted } from './refused.ts'
import type { SourceFile } from './source-file.ts'

/** How much is read at once, and how many such blocks stay in memory: the directory is read beside what its entries hold. */
const blockBytes = 2 ** 20
const blocksMax = 4

/** The stored file as yauzl reads it: small things from blocks in memory, larger ones as streams. */
class StoredReader extends yauzl.RandomAccessReader {
  private readonly file: SourceFile
  private blocks: { start: number; bytes: Buffer }[] = []
  constructor(file: SourceFile) {
    super()
    this.file = file
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const chunks = async function* (this: StoredReader) {
      if (end - start <= blockBytes) yield await this.load(start, end - start)
      else yield* await this.file.read({ start, end })
    }
    return Readable.from(chunks.call(this), { objectMode: false })
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.load(position, length).then(
      (bytes) => {
        bytes.copy(buffer, offset)
        callback(null)
      },
      (error) => callback(error),
    )
  }

  private async load(position: number, length: number): Promise<Buffer> {
    const known = this.blocks.find(
      ({ start, bytes }) => position >= start && position + length <= start + bytes.length,
    )
    const block = known ?? (await this.fetch(position, length))
    this.blocks = [block, ...this.blocks.filter((other) => other !== block)].slice(0, blocksMax)
    const bytes = block.bytes.subarray(position - block.start, position - block.start + length)
    if (bytes.length < length) throw new Error('unexpected end of file')
    return bytes
  }

  private async fetch(start: number, length: number): Promise<{ start: number; bytes: Buffer }> {
    const end = Math.min(this.file.sizeBytes, start + Math.max(length, blockBytes))
    const chunks: Buffer[] = []
    for await (const chunk of await this.file.read({ start, end })) chunks.push(chunk)
    return { start, bytes: Buffer.concat(chunks) }
  }
}

/** The files of a zip archive in the order of its directory. */
export async function* readZip(file: SourceFile, budget: Budget): AsyncGenerator<Entry> {
  const zip = await openZip(file)
  let packedBytes = 0
  try {
    for await (const entry of entriesOf(zip)) {
      const isFolder = entry.fileName.endsWith('/')
      budget.countEntry(!isFolder && entry.uncompressedSize === 0)
      requirePlain(entry)
      const segments = segmentsOf(entry.fileName)
      // Entries that share their bytes make a small archive say endlessly much.
      packedBytes += entry.compressedSize
      if (packedBytes > file.sizeBytes) throw new FileRefused('The archive holds entries that overlap')
      if (!isFolder) yield { segments, read: (bytesMax) => readEntry(zip, entry, budget, bytesMax) }
    }
  } finally {
    zip.close()
  }
}

const openZip = (file: SourceFile): Promise<yauzl.ZipFile> =>
  new Promise((done, failed) => {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false }
    yauzl.fromRandomAccessReader(new StoredReader(file), file.sizeBytes, options, (error, zip) =>
      error ? failed(error) : done(zip),
    )
  })

async function* entriesOf(zip: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | undefined>((done, failed) => {
      const listen = (on: boolean) => {
        const change = on ? 'once' : 'removeListener'
        zip[change]('entry', gotEntry)[change]('end', gotEnd)[change]('error', gotError)
      }
      const gotEntry = (found: yauzl.Entry) => {
        listen(false)
        done(found)
      }
      const gotEnd = () => {
        listen(false)
        done(undefined)
      }
      const gotError = (error: Error) => {
        listen(false)
        failed(error)
      }
      listen(true)
      zip.readEntry()
    })
    if (!entry) return
    yield entry
  }
}

const unixSystem = 3
const fileTypes = { mask: 0xf000, file: 0x8000, folder: 0x4000 }

/** Refuses what is no plain file or folder, and what nobody here can open. */
const requirePlain = (entry: yauzl.Entry): void => {
  const name = quoted(entry.fileName)
  if (entry.isEncrypted()) throw new FileRefused(`The archive is encrypted: ${name}`)
  const type =
    entry.versionMadeBy >> 8 === unixSystem ? (entry.externalFileAttributes >>> 16) & fileTypes.mask : 0
  if (type !== 0 && type !== fileTypes.file && type !== fileTypes.folder)
    throw new FileRefused(`The archive holds a link or a device: ${name}`)
  if (!entry.canDecodeFileData())
    throw new FileRefused(`The archive holds a file packed in a way that is not supported: ${name}`)
}

const readEntry = async (
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  budget: Budget,
  bytesMax: number,
): Promise<Buffer | undefined> => {
  if (entry.uncompressedSize > bytesMax) return undefined
  if (entry.uncompressedSize === 0 && entry.compressedSize === 0) return Buffer.alloc(0)
  const stream = await zip.openReadStreamPromise(entry)
  const chunks: Buffer[] = []
  for await (const chunk of stream) {
    budget.expand(chunk.length)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  if (crc32(bytes) !== entry.crc32)
    throw new FileRefused(
      `The archive is broken: ${quoted(entry.fileName)} has another checksum than it says`,
    )
  return bytes
}
