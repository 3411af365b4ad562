/** What a client may say of one epoch: metrics and the state of its machine, each. A real one is about a kilobyte. */
export const epochBytesMax = 16 * 1024
/** What a client may say of a run at its start: arguments and environment, each. */
export const describedBytesMax = 128 * 1024

/** The leading entries of a record that fit into `bytesMax` of JSON. What a client sends too much of is left out, not refused: its
 *  training must not lose its tracking over it (SPEC 16.1). */
export const withinBytes = (
  record: Record<string, unknown> | null | undefined,
  bytesMax: number,
): Record<string, unknown> => {
  const kept: [string, unknown][] = []
  let bytes = 2
  for (const [name, value] of Object.entries(record ?? {})) {
    bytes += Buffer.byteLength(JSON.stringify([name, value]) ?? '')
    if (bytes > bytesMax) break
    kept.push([name, value])
  }
  return Object.fromEntries(kept)
}
