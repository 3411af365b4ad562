import { hash } from 'node:crypto'

/** The value of the n-th key of a house that was filled for measuring. Both sides work it out, so that a million keys need not be
 *  handed over. */
export const keyValueOf = (n: number): string => `ul_${hash('sha256', `bench ${n}`, 'hex').slice(0, 40)}`

/** The same in SQL, of an expression for n. */
export const keyValueSql = (n: string): string =>
  `'ul_' || left(encode(sha256(convert_to('bench ' || ${n}, 'UTF8')), 'hex'), 40)`

/** Keys by number. Hot ones are used again and again, each of these belongs to somebody else; makers may make and revoke keys; those
 *  from `firstCold` on are new to a server that is asked for them. */
export const hotKeys = { from: 1, count: 100 }
export const makerKeys = { from: 101, count: 100 }
export const firstCold = 1000
