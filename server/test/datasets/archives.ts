import { buffer } from 'node:stream/consumers'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { type Header, pack } from 'tar-stream'

/* Archives made byte by byte, so that they can say what no honest program writes. */

export type ZipEntry = {
  name: string
  bytes?: Buffer | string
  store?: boolean
  /** What the directory says instead of the truth. */
  crc?: number
  uncompressedSize?: number
  encrypted?: boolean
  /** Its type and rights in Unix. */
  mode?: number
  /** Shares the local header and the bytes of the entry before it. */
  shared?: boolean
}

export const zipOf = (entries: readonly ZipEntry[]): Buffer => {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  let last = 0
  for (const { name, bytes = '', store, crc, uncompressedSize, encrypted, mode = 0, shared } of entries) {
    const plain = Buffer.from(bytes)
    const packed = store ? plain : deflateRawSync(plain)
    const path = Buffer.from(name)
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2)
    facts.writeUInt16LE(store ? 0 : 8, 4)
    facts.writeUInt32LE(crc ?? crc32(plain), 10)
    facts.writeUInt32LE(packed.length, 14)
    facts.writeUInt32LE(uncompressedSize ?? plain.length, 18)
    facts.writeUInt16LE(path.length, 22)
    if (!shared) {
      last = offset
      const local = [Buffer.from('PK\x03\x04', 'latin1'), facts, path, packed]
      parts.push(...local)
      offset += local.reduce((sum, { length }) => sum + length, 0)
    }
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((mode << 16) >>> 0, 6)
    tail.writeUInt32LE(last, 10)
    directory.push(Buffer.from('PK\x01\x02', 'latin1'), Buffer.from([20, 3]), facts, tail, path)
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, listing, end])
}

export type TarMember = Partial<Header> & { name: string; bytes?: Buffer | string }

export const tarOf = async (members: readonly TarMember[]): Promise<Buffer> => {
  const tar = pack()
  for (const { bytes = '', ...header } of members) tar.entry(header, Buffer.from(bytes))
  tar.finalize()
  return buffer(tar as unknown as NodeJS.ReadableStream)
}

export const tgzOf = async (members: readonly TarMember[]): Promise<Buffer> => gzipSync(await tarOf(members))

/** A picture like no other of another number. */
export const aPicture = (
  number: number,
  { width = 64, height = 48, format = 'png' as 'png' | 'jpeg' | 'webp' } = {},
): Promise<Buffer> =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: { r: number % 256, g: (number >> 8) % 256, b: (number * 7) % 256 },
    },
  })
    .toFormat(format)
    .toBuffer()
