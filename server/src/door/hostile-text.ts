/** JSON deeper than this has no honest use here, and recursion over it would end in a fault. */
const depthMax = 32

/** Finds text that no store can hold: a null byte (Postgres refuses it) or half of a surrogate pair (JSON in Postgres refuses it),
 *  and bodies nested absurdly deep. Returns the sentence for the refusal, or undefined. */
export const findHostileText = (value: unknown, depth = 0): string | undefined => {
  if (typeof value === 'string') return hostileString(value)
  if (typeof value !== 'object' || value === null) return undefined
  if (depth >= depthMax) return `must not be nested deeper than ${depthMax} levels`
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = findHostileText(item, depth + 1)
      if (found) return found
    }
    return undefined
  }
  for (const name in value) {
    const found = hostileString(name) ?? findHostileText((value as Record<string, unknown>)[name], depth + 1)
    if (found) return found
  }
  return undefined
}

const hostileString = (text: string): string | undefined => {
  if (text.includes('\0')) return 'must not contain a null byte'
  if (!text.isWellFormed()) return 'must be well-formed Unicode'
  return undefined
}
