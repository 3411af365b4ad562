/** The value below which a share of the numbers lies. */
export const quantile = (numbers: Iterable<number>, share: number): number => {
  const sorted = Float64Array.from(numbers).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (numbers: Iterable<number>): number => quantile(numbers, 0.5)
