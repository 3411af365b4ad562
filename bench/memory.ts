import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** What it takes to remember so many keys: bytes for each of them, of V8's heap after collecting, and of the whole process. */
export type MemoryUse = { entries: number; heapBytesPerKey: number; residentBytesPerKey: number }

/** Measures it in a process of its own, whose memory holds a million keys of as many people. */
export const measureMemory = async (): Promise<MemoryUse> => {
  const file = fileURLToPath(new URL('memory-process.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', file])
  return JSON.parse(stdout)
}
