const dayMs = 24 * 60 * 60 * 1000

/** When a key ends by itself. `keep` leaves the end an existing key has. */
export type Expiry = {
  choice: 'keep' | 'never' | '30' | '90' | '365' | 'date'
  /** `2027-03-05`, of the reader's own calendar; read only when that is the choice. */
  date: string
}

export const noExpiry: Expiry = { choice: 'never', date: '' }

export const expiryLabels: Record<Exclude<Expiry['choice'], 'keep'>, string> = {
  never: 'Never',
  30: 'In 30 days',
  90: 'In 90 days',
  365: 'In a year',
  date: 'On a date',
}

/** The end that was chosen, null for never. A date means the end of that day where the reader is. Undefined when the date is
 *  missing or past. */
export const endOf = ({ choice, date }: Expiry, now: Date): Date | null | undefined => {
  if (choice === 'never' || choice === 'keep') return null
  if (choice !== 'date') return new Date(now.getTime() + Number(choice) * dayMs)
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return undefined
  const end = new Date(`${date}T23:59:59`)
  return end > now ? end : undefined
}

/** Today in the form of a date field. */
export const dateField = (at: Date): string =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
