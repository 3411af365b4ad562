import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'
import type { DataKey } from './seal.ts'

/* A sealed file is: format (1 byte, 1) · salt (32) · segments. Each segment is up to 64 KiB of plain bytes under AES-256-GCM with
   its own tag; its nonce is the segment's number and whether it is the last one, so segments cannot be swapped, repeated or cut
   off (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). The key is derived from the account's data key
   and the salt, hence used for one file only. */

const format = 1
const saltBytes = 32
const headBytes = 1 + saltBytes
const segmentBytes = 64 * 1024
const tagBytes = 16

const fileKey = (key: DataKey, salt: Buffer, identity: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key.bytes, salt, `gatehouse/file/${identity}`, 32))

const nonce = (index: number, last: boolean): Buffer => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(index, 7)
  bytes.writeUInt8(last ? 1 : 0, 11)
  return bytes
}

/** Which segments flow through: from the first on, and whether up to the end of the file. */
type Run = { first: number; reachesEnd: boolean }
const wholeFile: Run = { first: 0, reachesEnd: true }

/** Cuts what flows in into full segments, holding one back, since only the end tells which segment is the last. */
class Segmenter extends Transform {
  private readonly held: Buffer[] = []
  private heldBytes = 0
  private index: number
  private readonly reachesEnd: boolean
  protected readonly segmentSize: number
  constructor(segmentSize: number, { first, reachesEnd } = wholeFile) {
    super()
    this.segmentSize = segmentSize
    this.index = first
    this.reachesEnd = reachesEnd
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.held.push(chunk)
      this.heldBytes += chunk.length
      if (this.heldBytes > this.segmentSize) {
        let all = Buffer.concat(this.held)
        while (all.length > this.segmentSize) {
          this.push(this.turn(all.subarray(0, this.segmentSize), this.index++, false))
          all = all.subarray(this.segmentSize)
        }
        this.held.length = 0
        this.held.push(all)
        this.heldBytes = all.length
      }
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      this.push(this.turn(Buffer.concat(this.held), this.index, this.reachesEnd))
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  protected turn(_segment: Buffer, _index: number, _last: boolean): Buffer {
    throw new Error('A segmenter must say how it turns a segment')
  }
}

class Sealer extends Segmenter {
  private readonly key: Buffer
  constructor(key: DataKey, identity: string) {
    super(segmentBytes)
    const salt = randomBytes(saltBytes)
    this.key = fileKey(key, salt, identity)
    this.push(Buffer.concat([Buffer.from([format]), salt]))
  }

  protected override turn(segment: Buffer, index: number, last: boolean): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce(index, last))
    return Buffer.concat([cipher.update(segment), cipher.final(), cipher.getAuthTag()])
  }
}

class Opener extends Segmenter {
  private readonly dataKey: DataKey
  private readonly identity: string
  private head: Buffer | null = Buffer.alloc(0)
  private key: Buffer | undefined
  constructor(key: DataKey, identity: string, run?: Run) {
    super(segmentBytes + tagBytes, run)
    this.dataKey = key
    this.identity = identity
  }

  override _transform(chunk: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    if (this.head === null) super._transform(chunk, encoding, done)
    else this.readHead(Buffer.concat([this.head, chunk]), encoding, done)
  }

  private readHead(bytes: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    this.head = bytes
    if (bytes.length < headBytes) done()
    else if (bytes[0] !== format) done(new Error('Sealed file is malformed'))
    else {
      this.key = fileKey(this.dataKey, bytes.subarray(1, headBytes), this.identity)
      this.head = null
      super._transform(bytes.subarray(headBytes), encoding, done)
    }
  }

  protected override turn(segment: Buffer, index: number, last: boolean): Buffer {
    if (!this.key || segment.length < tagBytes) throw new Error('Sealed file is cut short')
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce(index, last))
    decipher.setAuthTag(segment.subarray(-tagBytes))
    return Buffer.concat([decipher.update(segment.subarray(0, -tagBytes)), decipher.final()])
  }
}

/** Seals a file as it flows through. `identity` is the object's key; memory stays at about two segments. */
export const sealStream = (key: DataKey, identity: string): Transform => new Sealer(key, identity)

/** Opens what `sealStream` made. The stream fails when a segment was changed, moved, repeated or cut off. */
export const openStream = (key: DataKey, identity: string): Transform => new Opener(key, identity)

/** Where in a sealed file its head and the segments lie that hold the plain bytes from `start` up to `end`, and what to leave out of what
 *  they open to. `plainBytes` is the size of the whole file. */
export type Excerpt = {
  head: { start: number; end: number }
  segments: { start: number; end: number }
  run: Run
  skipBytes: number
  plainBytes: number
}

export const excerptOf = (plainBytes: number, start: number, end: number): Excerpt => {
  const lastIndex = Math.max(0, Math.ceil(plainBytes / segmentBytes) - 1)
  const first = Math.floor(start / segmentBytes)
  const until = Math.floor(Math.max(start, end - 1) / segmentBytes)
  const sealedAt = (index: number) => headBytes + index * (segmentBytes + tagBytes)
  const reachesEnd = until === lastIndex
  return {
    head: { start: 0, end: headBytes },
    segments: {
      start: sealedAt(first),
      end: reachesEnd
        ? sealedAt(lastIndex) + plainBytes - lastIndex * segmentBytes + tagBytes
        : sealedAt(until + 1),
    },
    run: { first, reachesEnd },
    skipBytes: start - first * segmentBytes,
    plainBytes: end - start,
  }
}

/** Opens an excerpt: takes the head and then its segments. What comes out still has to be cut to the bytes asked for. Fails as
 *  `openStream` does. */
export const openExcerpt = (key: DataKey, identity: string, { run }: Pick<Excerpt, 'run'>): Transform =>
  new Opener(key, identity, run)
