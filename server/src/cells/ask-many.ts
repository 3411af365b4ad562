import type pg from 'pg'

/** Asks one prepared statement about many: `values` begins with the list of what is asked, and each row carries as `n` whose answer it is,
 *  counted from 1 as `with ordinality` does. Returns the rows in the order of the list, undefined where there was none. */
export const askMany = async <R extends { n: number }>(
  pool: pg.Pool,
  name: string,
  text: string,
  values: readonly [asked: readonly unknown[], ...rest: unknown[]],
): Promise<(R | undefined)[]> => {
  const { rows } = await pool.query<R>({ name, text, values: [...values] })
  const answers = new Array<R | undefined>(values[0].length).fill(undefined)
  for (const row of rows) answers[row.n - 1] = row
  return answers
}
