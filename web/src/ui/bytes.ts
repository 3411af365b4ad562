const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** "6.2 MB": powers of 1024, as plans and limits count (SPEC 7). */
export const bytes = (size: number): string => {
  let value = size
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  const rounded = value >= 99.95 ? Math.round(value) : Math.round(value * 10) / 10
  return `${Number.isInteger(value) || rounded >= 100 ? rounded : rounded.toFixed(1)} ${units[unit]}`
}
