import { askMany } from '../../cells/ask-many.ts'
import type { Cell } from '../../cells/cells.ts'
import type { KeyCredential } from '../../door/actor.ts'
import { Batch, batchPer } from '../../gate/batch.ts'
import type { House } from '../../house.ts'
import type { ApiKeyRow } from './table.ts'

export type FoundKey = {
  cell: Cell
  workspaceId: string
  createdBy: string
  credential: KeyCredential
}

/** Finds keys by the digest of their values, with what limits them: whether one has ended, is paused or came from elsewhere is the
 *  door's to say. Nothing is remembered here, and each look-up reads after it was asked: once a revoke has answered, the directory no
 *  longer knows the digest. Look-ups that come close together share their statements. */
export const apiKeyFinder = ({
  directory,
  cells,
}: Pick<House, 'directory' | 'cells'>): ((digest: Buffer) => Promise<FoundKey | undefined>) => {
  const places = new Batch((digests: readonly Buffer[]) => directory.findAll('api_key', digests))
  const keysOf = batchPer(findApiKeys)
  return async (digest) => {
    const place = await places.find(digest)
    return place && keysOf(cells.get(place.cellId)).find({ id: place.subjectId, digest })
  }
}

type Row = Pick<
  ApiKeyRow,
  'id' | 'workspaceId' | 'createdBy' | 'keyPrefix' | 'scopes' | 'expiresAt' | 'pausedAt' | 'allowedAddresses'
>

/** The keys of one cell with these ids and digests, in their order. */
const findApiKeys = async (
  cell: Cell,
  asked: readonly { id: string; digest: Buffer }[],
): Promise<(FoundKey | undefined)[]> => {
  const rows = await askMany<Row & { n: number }>(
    cell.pool,
    'find_api_keys',
    `select asked.n::int as n, api_keys.id, workspace_id as "workspaceId", created_by as "createdBy",
       key_prefix as "keyPrefix", scopes, expires_at as "expiresAt", paused_at as "pausedAt",
       allowed_addresses as "allowedAddresses"
     from unnest($1::text[], $2::bytea[]) with ordinality as asked (id, digest, n)
     join api_keys on api_keys.id = asked.id and api_keys.digest = asked.digest`,
    [asked.map(({ id }) => id), asked.map(({ digest }) => digest)],
  )
  return rows.map((row) => row && foundOf(cell, row))
}

const foundOf = (cell: Cell, row: Row): FoundKey => {
  const { id: keyId, workspaceId, createdBy, keyPrefix, scopes, expiresAt, pausedAt, allowedAddresses } = row
  const limits = { scopes, expiresAt, pausedAt, allowedAddresses }
  return { cell, workspaceId, createdBy, credential: { kind: 'key', keyId, keyPrefix, ...limits } }
}
