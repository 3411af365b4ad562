import { isDeepStrictEqual } from 'node:util'

type Fields = Record<string, unknown>

/** What changes of a row and what it was before, in the form the feed shows and undoes (SPEC 9.5); undefined when nothing does. */
export type Change = { before: Fields; after: Fields }

export const changeOf = (row: Fields, wanted: Fields): Change | undefined => {
  const names = Object.keys(wanted).filter(
    (name) => wanted[name] !== undefined && !isDeepStrictEqual(row[name], wanted[name]),
  )
  if (names.length === 0) return undefined
  const pick = (from: Fields) => Object.fromEntries(names.map((name) => [name, from[name]]))
  return { before: pick(row), after: pick(wanted) }
}

/** A text that can be taken away: nothing written is nothing kept. */
export const orNull = (text: string | undefined): string | null | undefined => (text === '' ? null : text)

/** Whether everything that a change wrote is still so. */
export const isAsLeft = (row: Fields, { after }: Pick<Change, 'after'>): boolean =>
  Object.keys(after).every((name) => isDeepStrictEqual(row[name], after[name]))
