const lettersMax = 200

/** What somebody searched for, as an address has it. The router has read numbers and truth values as such; it is a text all the same.
 *  Undefined where there is none. */
export const searchTextOf = (value: unknown): string | undefined => {
  const text = ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''
  return text.trim() ? text.slice(0, lettersMax) : undefined
}
