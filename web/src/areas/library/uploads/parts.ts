/* Which bytes an upload still has to send. Parts are numbered from 0, all of `partBytes` but the last. */

type Run = { from: number; to: number }

/** The numbers that none of these runs names, in order. */
export const missingParts = (partCount: number, received: readonly Run[]): number[] => {
  const missing: number[] = []
  const runs = received.toSorted((a, b) => a.from - b.from)
  let next = 0
  for (const { from, to } of runs) {
    for (; next < Math.min(from, partCount); next++) missing.push(next)
    next = Math.max(next, to + 1)
  }
  for (; next < partCount; next++) missing.push(next)
  return missing
}

/** The bytes of one part: `end` is the one after its last. */
export const spanOf = (
  part: number,
  { partBytes, totalBytes }: { partBytes: number; totalBytes: number },
): { start: number; end: number } => ({
  start: part * partBytes,
  end: Math.min((part + 1) * partBytes, totalBytes),
})

/** How the server wants a part named. */
export const contentRangeOf = ({ start, end }: { start: number; end: number }, totalBytes: number): string =>
  `bytes ${start}-${end - 1}/${totalBytes}`

/** How long to wait before the next try: 1, 2, 4, … up to 30 seconds. */
export const backoffMs = (failures: number): number => Math.min(30_000, 1000 * 2 ** (failures - 1))
