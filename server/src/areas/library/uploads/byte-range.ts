import { refuse } from '../../../door/refusal.ts'
import type { ByteRange } from '../../../ports/files.ts'

/** What a `Range` header asks of a file: one stretch of bytes, or undefined for all of it, which also stands in for several stretches and
 *  for units that nobody knows (RFC 9110, section 14.2). Refuses with range_not_satisfiable when the file has no such bytes. */
export const byteRangeOf = (header: string | undefined, sizeBytes: number): ByteRange | undefined => {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  const start = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from)
  const end = from === '' || to === '' ? sizeBytes : Math.min(sizeBytes, Number(to) + 1)
  // Turned around it is no range at all, and so as if it were not there.
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined
  if (start >= end) throw refuse('range_not_satisfiable')
  return { start, end }
}
