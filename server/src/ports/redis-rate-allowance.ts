/** What is known of a subject when a node has to ask for more. */
export type Pace = {
  /** Requests that wait for the answer. */
  waiting: number
  /** Requests that the allowance before this one let through, and how long ago it was granted. */
  usedLately: number
  elapsedMs: number
  /** For how long an allowance is good. */
  holdMs: number
}

/** How many requests to ask the store for. Those that wait, and in advance what is to be expected while the allowance is good, at most
 *  twice of what was seen: one at a time for who comes seldom, hundreds for who comes all the time. */
export const sizeToAsk = ({ waiting, usedLately, elapsedMs, holdMs }: Pace): number => {
  // The first of those used came when the clock was started.
  const since = Math.max(usedLately - 1, 0) + waiting
  const expected = usedLately === 0 ? 0 : Math.floor((since * holdMs) / Math.max(elapsedMs, 1))
  return Math.max(waiting, Math.min(expected, 2 * (usedLately + waiting)))
}

/** How many the store grants when `left` are left. In advance never more than a quarter of that, so that allowances shrink towards the
 *  limit and no node keeps the last ones from the others. The script says the same in Lua. */
export const sizeGranted = (left: number, waiting: number, wanted: number): number =>
  Math.max(0, Math.min(left, Math.max(waiting, Math.min(wanted, Math.floor(left / 4)))))

/** For how long a node may use what it was granted in advance: a twentieth of the window, at most a second. It is as much longer that a
 *  use may count. */
export const holdMsOf = (windowMs: number): number => Math.min(1000, Math.floor(windowMs / 20))
