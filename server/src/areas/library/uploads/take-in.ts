import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Cell } from '../../../cells/cells.ts'
import type { DataKey } from '../../../crypto/seal.ts'
import { sealStream } from '../../../crypto/sealed-stream.ts'
import { Refusal, refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import type { StagedFile } from '../../../ports/files.ts'

/** What comes from a socket: how many bytes were announced, if any, and what stops taking them. */
export type Body = { bytes: Readable; announced: number | undefined; signal: AbortSignal }

/** Counts, seals and stages bytes as they flow, two segments in memory at a time. They are not there for readers before they are published.
 *  Refuses with payload_too_large past `bytesMax`, and with invalid_request when nothing came, or not as many as were announced; nothing is
 *  kept then. */
export const takeIn = async (
  { files }: Pick<House, 'files'>,
  cell: Cell,
  { key, dataKey }: { key: string; dataKey: DataKey },
  { bytes, announced, signal }: Body,
  bytesMax: number,
): Promise<{ staged: StagedFile; sizeBytes: number }> => {
  const counter = new ByteCounter(bytesMax)
  const sealer = sealStream(dataKey, key)
  const [stored, flowed] = await Promise.allSettled([
    files.stage(cell.region, key, sealer),
    pipeline(bytes, counter, sealer, { signal }),
  ])
  if (stored.status === 'rejected' || flowed.status === 'rejected') {
    if (stored.status === 'fulfilled') await stored.value.discard()
    throw faultOf(stored, flowed, signal)
  }
  const sizeBytes = counter.bytes
  if (sizeBytes > 0 && (announced === undefined || announced === sizeBytes))
    return { staged: stored.value, sizeBytes }
  await stored.value.discard()
  throw refuse('invalid_request', {
    message: `Expected ${announced ?? 'some'} bytes and received ${sizeBytes}`,
  })
}

/** Of two that failed, one after the other: too much came, or the store failed, which only closes what flowed into it; otherwise the
 *  connection broke off. */
const faultOf = (
  stored: PromiseSettledResult<unknown>,
  flowed: PromiseSettledResult<unknown>,
  signal: AbortSignal,
): unknown => {
  const [store, flow] = [stored, flowed].map((it) => (it.status === 'rejected' ? it.reason : undefined))
  const refusal = [flow, store].find((reason) => reason instanceof Refusal)
  if (refusal) return refusal
  const isOfStore = store !== undefined && (store === flow || closedCodes.has(codeOf(flow)))
  if (isOfStore && !signal.aborted && !brokenCodes.has(codeOf(store))) return store
  return refuse('invalid_request', {
    message: 'The upload was broken off before all bytes had come',
    cause: flow ?? store,
  })
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException | undefined)?.code ?? '')

/** What flows ends with when whoever read it has stopped. */
const closedCodes = new Set(['ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE'])
/** What a connection that broke off ends with. */
const brokenCodes = new Set(['ECONNRESET', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE', 'EPIPE'])

export const tooLarge = (bytesMax: number): Refusal =>
  refuse('payload_too_large', { message: `At most ${bytesMax} bytes may be sent here` })

/** Counts what flows through and stops a stream that grows past the limit. */
class ByteCounter extends Transform {
  bytes = 0
  private readonly max: number
  constructor(max: number) {
    super()
    this.max = max
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null, data?: Buffer) => void,
  ) {
    this.bytes += chunk.length
    if (this.bytes > this.max) done(tooLarge(this.max))
    else done(null, chunk)
  }
}
