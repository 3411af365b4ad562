import type { Readable } from 'node:stream'
import type { Region } from '#contract/common.ts'

type StagedFile = {
  /** Gives the bytes their name. An object of that name is replaced at once, never seen half. */
  publish(key: string): Promise<void>
  discard(): Promise<void>
}

/** Stored bytes of one region. What reaches it is sealed already, so it never sees content. */
export type FilePort = {
  /** Takes in all of `bytes`, durably but under no name yet. A stream that fails leaves nothing. */
  stage(region: Region, bytes: Readable): Promise<StagedFile>
  /** Throws when there is no such object. */
  read(region: Region, key: string): Promise<Readable>
  /** Safe to repeat. */
  remove(region: Region, key: string): Promise<void>
  /** Removes what crashed writes left behind. */
  sweep(olderThan: Date): Promise<void>
}
