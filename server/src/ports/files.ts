import type { Readable } from 'node:stream'
import type { Region } from '#contract/common.ts'

/** Bytes that are stored whole and durably, and not there yet for anybody who reads. */
export type StagedFile = {
  /** Lets them be there. An object of the same key is replaced at once, never seen half. */
  publish(): Promise<void>
  discard(): Promise<void>
}

/** Bytes from `start` on, up to and without `end`. */
export type ByteRange = { start: number; end: number }

/** Stored bytes of one region. What reaches it is sealed already, so it never sees content. Keys are made of ids of ours: lower-case words
 *  between slashes, the first one alone naming a kind. */
export type FilePort = {
  /** Takes in all of `bytes` as they flow. A stream that fails leaves nothing. */
  stage(region: Region, key: string, bytes: Readable): Promise<StagedFile>
  /** Throws when there is no such object. */
  read(region: Region, key: string, range?: ByteRange): Promise<Readable>
  /** Removes the object of this key, and all whose keys lie beneath it: the parts of an upload lie beneath its own. Safe to repeat. */
  remove(region: Region, key: string): Promise<void>
  /** Removes what crashed writes left behind. */
  sweep(olderThan: Date): Promise<void>
}

const keyPattern = /^[a-z0-9-]+(\/[a-z0-9_-]+)+$/

/** Keys are made of ids of ours; this is the second lock on the door. */
export const requireKey = (key: string): void => {
  if (!keyPattern.test(key)) throw new Error('Object key is malformed')
}
