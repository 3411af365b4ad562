/** The size of each part of an upload but the last. */
export const partBytes = 16 * 2 ** 20

/** A stretch of a file that is sent at once: one part, or all of it. `start` is counted from 0, `end` is the first byte after it. */
export type Span = { number: number; start: number; end: number; isWhole: boolean }

type Sized = { totalBytes: number; partBytes: number }

export const wholeOf = ({ totalBytes }: Sized): Span => ({
  number: 0,
  start: 0,
  end: totalBytes,
  isWhole: true,
})

export const partCountOf = ({ totalBytes, partBytes }: Sized): number => Math.ceil(totalBytes / partBytes)

/** The part that `Content-Range: bytes first-last/total` names, or undefined when it is not exactly one part of this file. */
export const partOf = (contentRange: string, sized: Sized): Span | undefined => {
  const [, first, last, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(contentRange.trim()) ?? []
  if (first === undefined || last === undefined || Number(total) !== sized.totalBytes) return undefined
  const [start, end] = [Number(first), Number(last) + 1]
  if (start % sized.partBytes !== 0 || start >= sized.totalBytes) return undefined
  if (end !== Math.min(start + sized.partBytes, sized.totalBytes)) return undefined
  return { number: start / sized.partBytes, start, end, isWhole: end - start === sized.totalBytes }
}

type Held = { number: number; sizeBytes: number }

/** Whether these, in the order of their numbers, are the whole file. */
export const isComplete = (held: readonly Held[], totalBytes: number): boolean =>
  held.every(({ number }, index) => number === index) &&
  held.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0) === totalBytes

/** The numbers of parts as runs, and how many bytes they are. A file that was sent whole is all of its parts. */
export const receivedOf = (
  held: readonly Held[],
  sized: Sized,
): { received: { from: number; to: number }[]; receivedBytes: number } => {
  const [first] = held
  const receivedBytes = held.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
  if (first && first.sizeBytes === sized.totalBytes)
    return { received: [{ from: 0, to: partCountOf(sized) - 1 }], receivedBytes }
  const received: { from: number; to: number }[] = []
  for (const { number } of held) {
    const run = received.at(-1)
    if (run && run.to === number - 1) run.to = number
    else received.push({ from: number, to: number })
  }
  return { received, receivedBytes }
}
