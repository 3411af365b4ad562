import { secondsAfter } from '../../../clock.ts'

/** How long something stays in the trash (SPEC 10). */
const keptDays = 30
const daySeconds = 24 * 3600
const purgeHour = 3

/** Full days until it may be purged, at least 0. */
export const daysRemaining = (trashedAt: Date, at: Date): number => {
  const endMs = secondsAfter(trashedAt, keptDays * daySeconds).getTime()
  return Math.max(0, Math.floor((endMs - at.getTime()) / (daySeconds * 1000)))
}

/** What was trashed then or before is due at `at`: its time was over when it last was 03:00 UTC. */
export const dueSince = (at: Date): Date => {
  const purge = new Date(at)
  purge.setUTCHours(purgeHour, 0, 0, 0)
  const last = purge > at ? secondsAfter(purge, -daySeconds) : purge
  return secondsAfter(last, -keptDays * daySeconds)
}
