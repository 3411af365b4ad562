import type { Member } from './queries.ts'

/** What the list and its dialogs call somebody. */
export const nameOf = ({
  status,
  displayName,
  username,
  email,
}: Pick<Member, 'status' | 'displayName' | 'username' | 'email'>): string =>
  status === 'pending' ? email : displayName || username

/** "AL" for "Ada Lovelace": what stands where there is no picture. */
export const initialsOf = (name: string): string => {
  const words = name.split(/\s+/).filter(Boolean)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map((word) => Array.from(word ?? '')[0]?.toUpperCase() ?? '').join('')
}
