import { bytes } from '../../../ui/bytes.ts'
import { duration } from '../../../ui/time.ts'
import type { UploadView } from './upload-task.ts'

/** "12 MB of 400 MB · 8.1 MB/s · about 48 s left". */
export const progressText = ({ phase, sentBytes, totalBytes, bytesPerSecond }: UploadView): string => {
  const far = `${bytes(sentBytes)} of ${bytes(totalBytes)}`
  if (phase === 'checking') return 'All of it has arrived. Checking it…'
  if (phase === 'paused') return `Paused at ${far}`
  if (phase !== 'sending' || !bytesPerSecond) return far
  const left = duration((1000 * (totalBytes - sentBytes)) / bytesPerSecond)
  return `${far} · ${bytes(bytesPerSecond)}/s · about ${left} left`
}

export const percentOf = ({ sentBytes, totalBytes }: Pick<UploadView, 'sentBytes' | 'totalBytes'>): number =>
  totalBytes === 0 ? 100 : Math.floor((100 * sentBytes) / totalBytes)

/** Why a file cannot be sent at all, or nothing. The server looks again. */
export const problemWithFile = (
  file: Pick<File, 'name' | 'size'>,
  endings: readonly string[],
): string | undefined => {
  const name = file.name.toLowerCase()
  if (endings.length > 0 && !endings.some((ending) => name.endsWith(ending)))
    return `Choose a file that ends in ${listed(endings)}.`
  if (file.size === 0) return 'This file is empty.'
  return undefined
}

/** ".zip, .tar or .tgz". */
export const listed = (endings: readonly string[]): string =>
  endings.length < 2 ? (endings[0] ?? '') : `${endings.slice(0, -1).join(', ')} or ${endings.at(-1)}`
