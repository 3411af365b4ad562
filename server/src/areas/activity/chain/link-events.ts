import type pg from 'pg'
import type { House } from '../../../house.ts'
import { genesisHash, linkHash, type StoredEvent, storedEventSql } from './canonical-event.ts'
import { copyCheckpoints, takeCheckpoints } from './take-checkpoints.ts'

/** Events linked in one transaction, and workspaces they may belong to. */
const eventsMax = 5000
const workspacesMax = 100

/** How long one turn may take. Other schedules wait for it, and the next turn comes after a second. */
const turnMs = 700

type Needs = Pick<House, 'cells' | 'directory' | 'keyRing'>

/** Takes events that were written since into the chains of their workspaces, and signs heads that are due. Any number of processes may
 *  do this at once: each workspace is one's at a time. What is not done within the turn is left to the next. */
export const linkEvents = async (house: Needs, at: Date): Promise<void> => {
  const endMs = performance.now() + turnMs
  const done = await Promise.allSettled(
    house.cells.all.map(async ({ pool }) => {
      await linkCell(pool, endMs)
      await takeCheckpoints(pool, house.keyRing, at)
      await copyCheckpoints(pool, house.directory)
    }),
  )
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** Passes over the workspaces of a cell until nothing is left to link, or the time is up. Returns how many events were linked. Throws at
 *  the end what went wrong in one of them; the others are linked nevertheless. */
export const linkCell = async (pool: pg.Pool, endMs: number): Promise<number> => {
  const faults: unknown[] = []
  let total = 0
  for (let linked = 1; linked > 0 && performance.now() < endMs; total += linked) {
    linked = 0
    let workspaceIds = await listUnlinked(pool, '')
    while (workspaceIds.length > 0 && performance.now() < endMs) {
      linked += await linkBatch(pool, workspaceIds).catch(() => linkEach(pool, workspaceIds, faults))
      workspaceIds = await listUnlinked(pool, workspaceIds.at(-1) ?? '')
    }
  }
  if (faults.length > 0) throw faults[0]
  return total
}

/** One by one, so that a workspace whose rows were tampered with keeps no other from being linked. */
const linkEach = async (
  pool: pg.Pool,
  workspaceIds: readonly string[],
  faults: unknown[],
): Promise<number> => {
  let linked = 0
  for (const workspaceId of workspaceIds)
    linked += await linkBatch(pool, [workspaceId]).catch((fault) => {
      faults.push(fault)
      return 0
    })
  return linked
}

/** The next workspaces with unlinked events, by id. It steps from one to the next and does not read the queue of a busy one. */
const listUnlinked = async (pool: pg.Pool, after: string): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `with recursive found (id) as (
       (select workspace_id from activity_unlinked where workspace_id > $1 order by workspace_id limit 1)
       union all
       select (select workspace_id from activity_unlinked where workspace_id > found.id order by workspace_id limit 1)
       from found where found.id is not null
     )
     select id from found where id is not null limit ${workspacesMax}`,
    [after],
  )
  return rows.map(({ id }) => id)
}

/** Links what is waiting in these workspaces, as far as no other process is at it, in one transaction. */
export const linkBatch = async (pool: pg.Pool, workspaceIds: readonly string[]): Promise<number> => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const heads = await lockHeads(client, workspaceIds)
    const events = await takeUnlinked(client, [...heads.keys()])
    await appendLinks(client, heads, events)
    await client.query('commit')
    client.release()
    return events.length
  } catch (fault) {
    // The connection goes with its transaction.
    client.release(true)
    throw fault
  }
}

/** The end of a chain. The hash is hex. */
type Head = { position: number; hash: string }

/** Locks the heads that no other process holds, and makes those that are lacking. */
const lockHeads = async (
  client: pg.PoolClient,
  workspaceIds: readonly string[],
): Promise<Map<string, Head>> => {
  const { rows } = await client.query<{ id: string; position: string; hash: string }>(
    `with made as (
       insert into activity_heads (workspace_id, hash)
       select id, decode(hash, 'hex') from unnest($1::text[], $2::text[]) as lacking (id, hash)
       where not exists (select from activity_heads h where h.workspace_id = lacking.id)
       order by id
       on conflict do nothing
       returning workspace_id as id, position, encode(hash, 'hex') as hash
     ), held as (
       select workspace_id as id, position, encode(hash, 'hex') as hash from activity_heads
       where workspace_id = any($1) order by workspace_id for update skip locked
     )
     select * from made union all select * from held`,
    [workspaceIds, workspaceIds.map(genesisHash)],
  )
  return new Map(rows.map(({ id, position, hash }) => [id, { position: Number(position), hash }]))
}

/** Takes events out of the queue, fairly among the workspaces, each in the order they were written. One that somebody is taking back is
 *  stepped over. */
const takeUnlinked = async (
  client: pg.PoolClient,
  workspaceIds: readonly string[],
): Promise<(StoredEvent & { workspace_id: string })[]> => {
  if (workspaceIds.length === 0) return []
  const { rows: taken } = await client.query<{ seq: string }>(
    `delete from activity_unlinked where ctid = any (array(
       select waiting.ctid from unnest($1::text[]) as workspace (id), lateral (
         select ctid from activity_unlinked where workspace_id = workspace.id
         order by seq limit $2 for update skip locked
       ) waiting
     )) returning seq`,
    [workspaceIds, Math.ceil(eventsMax / workspaceIds.length)],
  )
  const { rows } = await client.query(
    `select ${storedEventSql} from activity_events e where e.seq = any ($1::bigint[]) order by e.seq`,
    [taken.map(({ seq }) => seq)],
  )
  return rows
}

const appendLinks = async (
  client: pg.PoolClient,
  heads: Map<string, Head>,
  events: readonly (StoredEvent & { workspace_id: string })[],
): Promise<void> => {
  const links = {
    workspaceIds: [] as string[],
    positions: [] as number[],
    eventIds: [] as string[],
    hashes: [] as string[],
  }
  const moved = new Map<string, Head>()
  for (const event of events) {
    const { workspace_id: workspaceId } = event
    const before = moved.get(workspaceId) ?? heads.get(workspaceId)
    // Whoever moves an event to another workspace while it waits finds it unlinked there.
    if (!before) continue
    const position = before.position + 1
    const head = { position, hash: linkHash(before.hash, position, event) }
    moved.set(workspaceId, head)
    links.workspaceIds.push(workspaceId)
    links.positions.push(position)
    links.eventIds.push(event.id ?? '')
    links.hashes.push(head.hash)
  }
  if (moved.size > 0) {
    await client.query(
      `insert into activity_links (workspace_id, position, event_id, hash)
       select workspace_id, position, event_id, decode(hash, 'hex')
       from unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) as link (workspace_id, position, event_id, hash)`,
      [links.workspaceIds, links.positions, links.eventIds, links.hashes],
    )
    await client.query(
      `update activity_heads h set position = moved.position, hash = decode(moved.hash, 'hex')
       from unnest($1::text[], $2::bigint[], $3::text[]) as moved (id, position, hash) where h.workspace_id = moved.id`,
      [
        [...moved.keys()],
        [...moved.values()].map(({ position }) => position),
        [...moved.values()].map(({ hash }) => hash),
      ],
    )
  }
  // A head without a link was made for a workspace that is just being taken away.
  if ([...heads].some(([id, { position }]) => position === 0 && !moved.has(id)))
    await client.query('delete from activity_heads where workspace_id = any ($1) and position = 0', [
      [...heads.keys()],
    ])
}
