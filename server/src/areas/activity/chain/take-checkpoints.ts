import type pg from 'pg'
import type { KeyRing } from '../../../crypto/key-ring.ts'
import type { Directory } from '../../../directory/directory.ts'
import { type Checkpoint, signed } from './signed.ts'
import { signingKeyOf } from './signing-key.ts'

/** A head is signed again when this many events, or anything after this time, followed the last checkpoint. */
export const checkpointEvents = 10_000
export const checkpointSeconds = 300

/** How many are signed or copied in a turn. */
const turnMax = 500

const columns = 'workspace_id, position, hash, created_at, key_version, public_key, signature'

/** Signs the heads of a cell that are due, and keeps the checkpoints there. */
export const takeCheckpoints = async (pool: pg.Pool, ring: KeyRing, at: Date): Promise<void> => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<{ workspaceId: string; position: string; hash: string }>(
      `select workspace_id as "workspaceId", position, encode(hash, 'hex') as hash from activity_heads
       where position > signed_position
         and (signed_at is null or signed_at <= $1 or position >= signed_position + ${checkpointEvents})
       order by signed_at nulls first limit ${turnMax} for update skip locked`,
      [new Date(at.getTime() - checkpointSeconds * 1000)],
    )
    if (rows.length > 0) {
      const key = signingKeyOf(ring)
      const taken = rows.map((head) =>
        signed(key, 'checkpoint', { ...head, position: Number(head.position), at }),
      )
      // A checkpoint that is there already says more than one that contradicts it.
      await client.query(
        `insert into activity_checkpoints (${columns}) ${unnested} on conflict do nothing`,
        parametersOf(taken),
      )
      await client.query(
        `update activity_heads set signed_position = position, signed_at = $2 where workspace_id = any ($1)`,
        [rows.map(({ workspaceId }) => workspaceId), at],
      )
    }
    await client.query('commit')
    client.release()
  } catch (fault) {
    client.release(true)
    throw fault
  }
}

/** Copies checkpoints that the directory does not have yet. Done after they are there, so that one is rather copied twice than not at
 *  all; what the directory has is never written over. */
export const copyCheckpoints = async (
  pool: pg.Pool,
  directory: Pick<Directory, 'database'>,
): Promise<void> => {
  const fresh = await readCheckpoints(
    pool,
    `where not copied order by workspace_id, position limit ${turnMax}`,
    [],
  )
  if (fresh.length === 0) return
  await directory.database.pool.query(
    `insert into activity_checkpoints (${columns}) ${unnested} on conflict do nothing`,
    parametersOf(fresh),
  )
  await pool.query(
    `update activity_checkpoints c set copied = true from unnest($1::text[], $2::bigint[]) as done (workspace_id, position)
     where c.workspace_id = done.workspace_id and c.position = done.position`,
    [fresh.map(({ workspaceId }) => workspaceId), fresh.map(({ position }) => position)],
  )
}

/** The checkpoints of a workspace in one store, in the order of the chain. */
export const listCheckpoints = (pool: pg.Pool, workspaceId: string): Promise<Checkpoint[]> =>
  readCheckpoints(pool, 'where workspace_id = $1 order by position', [workspaceId])

/** The newest checkpoint of a workspace in one store. */
export const findNewestCheckpoint = async (
  pool: pg.Pool,
  workspaceId: string,
): Promise<Checkpoint | undefined> => {
  const [newest] = await readCheckpoints(pool, 'where workspace_id = $1 order by position desc limit 1', [
    workspaceId,
  ])
  return newest
}

/** The workspaces that one store has checkpoints of, a page at a time. */
export async function* listSignedWorkspaces(pool: pg.Pool): AsyncGenerator<string> {
  let after = ''
  for (let read = 1; read > 0; ) {
    const { rows } = await pool.query<{ id: string }>(
      `select distinct workspace_id as id from activity_checkpoints where workspace_id > $1 order by 1 limit 1000`,
      [after],
    )
    for (const { id } of rows) yield id
    read = rows.length
    after = rows.at(-1)?.id ?? ''
  }
}

const readCheckpoints = async (
  pool: pg.Pool,
  which: string,
  parameters: unknown[],
): Promise<Checkpoint[]> => {
  const { rows } = await pool.query(
    `select workspace_id, position, encode(hash, 'hex') as hash, created_at, key_version,
       encode(public_key, 'base64') as public_key, translate(encode(signature, 'base64'), E'\\n', '') as signature
     from activity_checkpoints ${which}`,
    parameters,
  )
  return rows.map((row) => ({
    kind: 'checkpoint',
    workspaceId: row.workspace_id,
    position: Number(row.position),
    hash: row.hash,
    at: row.created_at.toISOString(),
    keyVersion: row.key_version,
    publicKey: row.public_key,
    signature: row.signature,
  }))
}

const unnested = `
  select workspace_id, position, decode(hash, 'hex'), created_at, key_version, decode(public_key, 'base64'), decode(signature, 'base64')
  from unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::text[])
    as checkpoint (${columns})`

const parametersOf = (checkpoints: readonly Checkpoint[]) => [
  checkpoints.map(({ workspaceId }) => workspaceId),
  checkpoints.map(({ position }) => position),
  checkpoints.map(({ hash }) => hash),
  checkpoints.map(({ at }) => at),
  checkpoints.map(({ keyVersion }) => keyVersion),
  checkpoints.map(({ publicKey }) => publicKey),
  checkpoints.map(({ signature }) => signature),
]
