const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' })
const date = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' })
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const full = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium' })

/** Midnight of `at` in the reader's own time zone. */
const dayOf = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()

/** Whole calendar days from `at` to `now`, in the reader's time zone. Rounds, because a day may have 23 or 25 hours. */
const daysBetween = (at: Date, now: Date): number => Math.round((dayOf(now) - dayOf(at)) / day)

/** "just now", "4 minutes ago", "Today at 3:45 PM", "3 days ago", "5 March 2026". */
export const relativeTime = (at: Date, now = new Date()): string => {
  const elapsed = now.getTime() - at.getTime()
  // A clock that runs a little ahead of ours is no reason to speak of the future.
  if (elapsed < minute) return 'just now'
  if (elapsed < hour) return relative.format(-Math.floor(elapsed / minute), 'minute')
  const days = daysBetween(at, now)
  if (days === 0) return `Today at ${clock.format(at)}`
  if (days === 1) return `Yesterday at ${clock.format(at)}`
  if (days < 30) return relative.format(-days, 'day')
  return date.format(at)
}

/** The same within a sentence: "created today at 3:45 PM". */
export const inSentenceTime = (at: Date, now = new Date()): string =>
  relativeTime(at, now).replace(/^(Today|Yesterday)/, (word) => word.toLowerCase())

/** The heading a feed groups `at` under: "Today", "Yesterday" or the date. */
export const dayHeading = (at: Date, now = new Date()): string => {
  const days = daysBetween(at, now)
  if (days <= 0) return 'Today'
  return days === 1 ? 'Yesterday' : date.format(at)
}

/** "3:45 PM". */
export const clockTime = (at: Date): string => clock.format(at)

/** "Mar 5, 2026, 3:45 PM", in the reader's time zone. */
export const exactTime = (at: Date): string => exact.format(at)

export const fullTime = (at: Date): string => full.format(at)

/** "45 s", "3 min 20 s", "2 h 5 min": the two largest units that say something. */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
}
