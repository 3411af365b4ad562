import { randomInt } from 'node:crypto'
import type { checkUsername as endpoint } from '#contract/accounts.ts'
import type { Received } from '#contract/endpoint.ts'
import {
  isUsernameReserved,
  isUsernameWellFormed,
  usernameSuggestions,
  withSuffix,
} from '#contract/username.ts'
import type { House } from '../../../house.ts'

/** Whether a username may be taken, and one that may when it may not (SPEC 1.2). */
export const checkUsername = async (
  house: Pick<House, 'directory' | 'config'>,
  username: string,
  suggest: boolean,
): Promise<Received<typeof endpoint>> => {
  if (!isUsernameWellFormed(username)) return { available: false, username, problem: 'malformed' }
  const reserved = isReservedHere(house, username)
  const taken = !reserved && (await house.directory.isTaken(house.directory.guessable('username', username)))
  if (!reserved && !taken) return { available: true, username }
  const suggestion = suggest ? await findSuggestion(house, username) : undefined
  return {
    available: false,
    username,
    problem: reserved ? 'reserved' : 'taken',
    ...(suggestion ? { suggestion } : {}),
  }
}

/** Reserved by the platform's own addresses or by the operator. */
export const isReservedHere = ({ config }: Pick<House, 'config'>, username: string): boolean =>
  isUsernameReserved(username) || config.reservedUsernames.has(username)

const findSuggestion = async (house: Pick<House, 'directory' | 'config'>, username: string) => {
  const random = () => withSuffix(username, String(randomInt(1000, 10_000)))
  const names = [...usernameSuggestions(username), ...Array.from({ length: 10 }, random)]
  const candidates = names
    .filter((name) => !isReservedHere(house, name))
    .map((name) => ({ name, ...house.directory.guessable('username', name) }))
  const [free] = await house.directory.listFree(candidates)
  return free?.name
}
