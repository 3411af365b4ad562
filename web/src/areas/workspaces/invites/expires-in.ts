const dayMs = 24 * 60 * 60 * 1000

/** "expires in 14 days", "expires within a day": how long an invite can still be accepted, counted in begun days. */
export const expiresIn = (at: string, now = new Date()): string => {
  const left = new Date(at).getTime() - now.getTime()
  if (left <= 0) return 'expired'
  if (left < dayMs) return 'expires within a day'
  const days = Math.ceil(left / dayMs)
  return `expires in ${days} days`
}
