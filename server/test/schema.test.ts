import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { templates } from './global-setup.ts'

/* The schema that the migrations lead to, as text in the repository, so that a change of it shows in review. `npm run schema` writes
   it anew. */

const columns = `
  select c.relname as table, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end
    || case when a.attidentity <> '' then ' generated always as identity' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  order by c.relname, a.attnum`
const constraints = `
  select conrelid::regclass::text as table, 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) as line
  from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 'n'
  order by 1, 2`
const indexes = `
  select tablename as table, indexdef as line from pg_indexes where schemaname = 'public' order by 1, 2`

const describeSchema = async (database: string): Promise<string> => {
  const client = new pg.Client({ connectionString: inject('postgresUrl').replace('DATABASE', database) })
  await client.connect()
  try {
    const tables = new Map<string, string[]>()
    for (const question of [columns, constraints, indexes])
      for (const { table, line } of (await client.query(question)).rows)
        tables.set(table, [...(tables.get(table) ?? []), `  ${line}`])
    return `${[...tables].map(([table, lines]) => [table, ...lines].join('\n')).join('\n\n')}\n`
  } finally {
    await client.end()
  }
}

test.each(['cell', 'directory'] as const)(
  'the migrations of a %s lead to the schema in the repository',
  async (kind) => {
    await expect(await describeSchema(templates[kind])).toMatchFileSnapshot(
      `../migrations/${kind}.schema.txt`,
    )
  },
)
