/** A measured number, short: four significant digits, and powers of ten where plain digits would be many. */
export const numberText = (value: number): string => {
  if (value === 0) return '0'
  const size = Math.abs(value)
  return size < 0.0001 || size >= 1_000_000 ? value.toExponential(2) : String(Number(value.toPrecision(4)))
}
