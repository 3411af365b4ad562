import type { Member } from './queries.ts'

/** Whether every word of `query` stands somewhere in the member's name, username or address. */
export const matchesSearch = (
  { displayName = '', username, email }: Pick<Member, 'displayName' | 'username' | 'email'>,
  query: string,
): boolean => {
  const text = `${displayName} ${username} ${email}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
