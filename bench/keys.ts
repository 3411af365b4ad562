import { hash } from 'node:crypto'

/** The value of the n-th key of a house that was filled for measuring. Both sides work it out, so that a million keys need not be
 *  handed over. */
export const keyValueOf = (n: number): string => `ul_${hash('sha256', `bench ${n}`, 'hex').slice(0, 40)}`

/** The same in SQL, of an expression for n. */
export const keyValueSql = (n: string): string =>
  `'ul_' || left(encode(sha256(convert_to('bench ' || ${n}, 'UTF8')), 'hex'), 40)`
