const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** "6.2 MB": powers of 1000, as download dialogs count. */
export const bytes = (size: number): string => {
  let value = size
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}
