import type pg from 'pg'
import type { TestHouse } from './test-house.ts'

/** Every row of every table of a database as text, the job queue's own tables included. Bytes show as hex. Left out is who listens right
 *  now, which changes with every beat of a node. */
export const dump = async (pool: pg.Pool): Promise<string> => {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') and tablename <> 'gate_nodes' order by 1`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`)
    texts.push(name, ...rows.map(({ row }) => row))
  }
  return texts.join('\n')
}

/** The directory and each cell, by name. */
export const dumpAll = async (house: TestHouse): Promise<Record<string, string>> => ({
  directory: await dump(house.directory.database.pool),
  'us-1': await dump(house.cells.get('us-1').pool),
  'eu-1': await dump(house.cells.get('eu-1').pool),
  'ap-1': await dump(house.cells.get('ap-1').pool),
})

/** Whether `text` is somewhere in `within`, in any case, or written in hex, base64 or as the bytes of a dump. */
export const holds = (within: string, text: string): boolean => {
  const haystack = within.toLowerCase()
  const spellings = [text, text.toLowerCase(), text.toUpperCase()]
  // Base64 of a part depends on where it begins; three offsets cover them all, without the characters that mix with neighbours.
  const base64 = spellings.flatMap((spelling) =>
    [0, 1, 2].map((offset) =>
      Buffer.from(' '.repeat(offset) + spelling)
        .toString('base64url')
        .slice(offset === 0 ? 0 : offset + 1, -3),
    ),
  )
  const standard = base64.map((part) => part.replaceAll('-', '+').replaceAll('_', '/'))
  const hex = spellings.map((spelling) => Buffer.from(spelling).toString('hex'))
  return [...spellings, ...base64, ...standard, ...hex].some((spelling) =>
    haystack.includes(spelling.toLowerCase()),
  )
}

/** Names of the stores that hold any of `texts`. */
export const holdersOf = async (house: TestHouse, ...texts: string[]): Promise<string[]> =>
  Object.entries(await dumpAll(house)).flatMap(([name, content]) =>
    texts.some((text) => holds(content, text)) ? [name] : [],
  )
