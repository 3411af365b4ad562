import { type SQL, sql } from 'drizzle-orm'
import { type ActivityGroup, resourceTypes } from '#contract/activity.ts'
import type { Db } from '../../../cells/database.ts'
import type { FoundPage, Place } from '../feed/find-page.ts'
import type { Tab } from '../feed/reader.ts'
import { groupOf, type Window, within } from '../feed/window.ts'
import { folded, groupPiece, piecesToFind } from './pieces.ts'

type Asked = {
  workspaceId: string
  word: string
  tab: Tab
  window: Window
  group: ActivityGroup | undefined
}

/** How many blocks are read at once: few at first, for a common word fills a page from one. */
const firstChunk = 4
const chunkMax = 256

/** Events whose name or type holds the word, in any case of letters. The newest, which are in no block yet, are looked at one by one; of
 *  the others only the blocks that hold every piece of the word, newest first, until the page is full. `total` is how many were met. */
export const findByName = async (db: Db, asked: Asked, { offset, limit }: Place): Promise<FoundPage> => {
  const needed = offset + limit + 1
  const [along, beyond] = await Promise.all([findAlong(db, asked, needed), findBeyond(db, asked, needed)])
  const found = [...along, ...beyond].sort((a, b) => b - a)
  const totalIsMore = found.length >= needed
  return {
    seqs: found.slice(offset, needed),
    total: totalIsMore ? needed - 1 : found.length,
    totalIsMore,
  }
}

/** Those of the stretch that makes up the tab. */
const findAlong = async (db: Db, asked: Asked, needed: number): Promise<number[]> => {
  const stretch = stretchOf(asked)
  if (stretch.afterSeq + 1 >= stretch.beforeSeq) return []
  const indexedSeq = await loadIndexed(db, asked.workspaceId)
  const found = await findAmongNewest(
    db,
    asked,
    { ...stretch, afterSeq: Math.max(indexedSeq, stretch.afterSeq) },
    needed,
  )
  if (found.length >= needed) return found
  for await (const seqs of candidates(db, asked, { ...stretch, toSeq: indexedSeq })) {
    found.push(...(await keepWanted(db, asked, seqs)))
    if (found.length >= needed) break
  }
  return found
}

type Stretch = { afterSeq: number; beforeSeq: number }

const stretchOf = ({ tab, window }: Asked): Stretch => ({
  afterSeq: Math.max(tab.afterSeq, window.afterSeq),
  beforeSeq: Math.min(tab.toSeq + 1, window.beforeSeq),
})

/** Single events from beyond it, one by one: a person has chosen each of them. */
const findBeyond = async (db: Db, asked: Asked, needed: number): Promise<number[]> => {
  const { workspaceId, tab, window } = asked
  const { rows } = await db.execute<{ seq: string }>(sql`
    select e.seq from (${tab.plus}) as m join activity_events e on e.seq = m.seq
    where e.workspace_id = ${workspaceId} and e.seq > ${window.afterSeq} and e.seq < ${window.beforeSeq}
      and ${named(asked)} and ${fits(asked)}
    order by e.seq desc limit ${needed}`)
  return rows.map(({ seq }) => Number(seq))
}

const loadIndexed = async (db: Db, workspaceId: string): Promise<number> => {
  const { rows } = await db.execute<{ indexed: string }>(
    sql`select indexed_seq as indexed from activity_indexed where workspace_id = ${workspaceId}`,
  )
  return Number(rows[0]?.indexed ?? 0)
}

const fits = ({ window, group }: Asked): SQL =>
  sql`${within(window)} and ${group ? sql`${groupOf} = ${group}` : sql`true`}`

const named = ({ word }: Asked): SQL => {
  const types = resourceTypes.filter((type) => type.includes(folded(word)))
  return sql`(e.resource_name ilike ${pattern(word)} or e.resource_type = any(${`{${types}}`}::text[]))`
}

const findAmongNewest = async (
  db: Db,
  asked: Asked,
  { afterSeq, beforeSeq }: Stretch,
  needed: number,
): Promise<number[]> => {
  const { workspaceId, tab } = asked
  const { rows } = await db.execute<{ seq: string }>(sql`
    select e.seq from activity_events e
    where (e.workspace_id, e.seq) > (${workspaceId}, ${afterSeq}::bigint)
      and (e.workspace_id, e.seq) < (${workspaceId}, ${beforeSeq}::bigint)
      and ${named(asked)} and ${fits(asked)} and e.seq not in (${tab.minus})
    order by e.workspace_id desc, e.seq desc limit ${needed}`)
  return rows.map(({ seq }) => Number(seq))
}

/** In a pattern, a wildcard that somebody typed is a letter like any other. */
const pattern = (word: string): string => `%${word.replace(/[\\%_]/g, '\\$&')}%`

/** The events whose line holds the word, block by block, newest first. A common word fills a page from the two newest, before the index is
 *  asked which others there are. */
async function* candidates(
  db: Db,
  { workspaceId, word, group }: Asked,
  { afterSeq, beforeSeq, toSeq }: Stretch & { toSeq: number },
): AsyncGenerator<number[]> {
  const needle = folded(word)
  const own = sql`workspace_id = ${workspaceId}`
  // The last block of the stretch may reach beyond it.
  const reach = sql`least(${toSeq}::bigint, coalesce((select last_seq from activity_blocks
    where ${own} and last_seq >= ${beforeSeq}::bigint - 1 order by workspace_id, last_seq limit 1), ${toSeq}::bigint))`
  const read = async (which: SQL): Promise<number[]> => {
    const { rows } = await db.execute<{ seqs: string[]; lines: string }>(sql`
      select seqs, lines from (select last_seq, seqs, lines from activity_blocks where ${which}
        order by workspace_id desc, last_seq desc limit ${chunkMax}) as chosen
      where strpos(lines, ${needle}) > 0 order by last_seq desc`)
    const seqs = rows.flatMap((block) => matching(block, needle))
    return seqs.filter((seq) => seq > afterSeq && seq < beforeSeq)
  }
  const { rows: first } = await db.execute<{ seq: string }>(sql`
    select last_seq as seq from activity_blocks where ${own} and last_seq > ${afterSeq} and last_seq <= ${reach}
    order by workspace_id desc, last_seq desc limit 2`)
  const among = (seqs: readonly (string | number)[]) =>
    sql`${own} and last_seq = any(${`{${seqs}}`}::bigint[])`
  if (first.length > 0) yield await read(among(first.map(({ seq }) => seq)))
  const oldest = first.at(-1)?.seq
  if (first.length < 2 || oldest === undefined) return
  const pieces = piecesToFind(workspaceId, needle)
  if (group) pieces.push(groupPiece(workspaceId, group))
  const { rows } = await db.execute<{ blocks: string[] | null }>(sql`
    select array_agg(last_seq order by last_seq desc) as blocks
    from activity_blocks_with(${workspaceId}, ${`{${pieces}}`}::integer[]) as hit (last_seq)
    where last_seq > ${afterSeq} and last_seq < ${oldest}::bigint`)
  const blocks = rows[0]?.blocks ?? []
  let size = firstChunk
  for (let start = 0; start < blocks.length; start += size, size = Math.min(size * 2, chunkMax))
    yield await read(among(blocks.slice(start, start + size)))
}

const matching = ({ seqs, lines }: { seqs: string[]; lines: string }, needle: string): number[] => {
  const found: number[] = []
  for (const [n, line] of lines.split('\n').entries()) if (line.includes(needle)) found.push(Number(seqs[n]))
  return found.reverse()
}

const keepWanted = async (db: Db, asked: Asked, seqs: readonly number[]): Promise<number[]> => {
  if (seqs.length === 0) return []
  const { rows } = await db.execute<{ seq: string }>(sql`
    select e.seq from activity_events e
    where e.seq = any(${`{${seqs}}`}::bigint[]) and e.workspace_id = ${asked.workspaceId} and ${fits(asked)}
      and e.seq not in (${asked.tab.minus})
    order by e.seq desc`)
  return rows.map(({ seq }) => Number(seq))
}
