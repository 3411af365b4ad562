import { desc, eq } from 'drizzle-orm'
import type { listApiKeys as endpoint } from '#contract/api-keys.ts'
import type { Received } from '#contract/endpoint.ts'
import type { Actor } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { loadDisplayNames } from '../accounts/profiles/profile.ts'
import { findLastClients, type KeyClient } from './key-clients.ts'
import { statusOf } from './key-limits.ts'
import { openKeyValue } from './key-seal.ts'
import { maySee } from './own-key.ts'
import { type ApiKeyRow, apiKeys } from './table.ts'

export type ApiKeyView = Received<typeof endpoint>['keys'][number]
type Needs = Pick<House, 'keyRing'>

/** The keys of the workspace that the actor sees, newest first. */
export const listApiKeys = async (house: Needs, actor: Actor, at: Date): Promise<ApiKeyView[]> => {
  const { cell, id: workspaceId } = actor.workspace
  const rows = await cell.db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.workspaceId, workspaceId))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
  const seen = rows.filter((row) => maySee(actor, row))
  return viewKeys(house, actor, seen, at)
}

/** Keys as the actor sees them. The full value only for a session of the person who made one (SPEC 5.2): anybody else's key would be an
 *  escalation, and a key must not be able to read its neighbours. */
export const viewKeys = async (
  { keyRing }: Needs,
  actor: Actor,
  rows: readonly ApiKeyRow[],
  at: Date,
): Promise<ApiKeyView[]> => {
  const { db } = actor.workspace.cell
  const bySession = actor.credential.kind === 'session'
  const people = rows.flatMap(({ createdBy, pausedBy }) => [createdBy, ...(pausedBy ? [pausedBy] : [])])
  const names = await loadDisplayNames(db, [...new Set(people)])
  const clients = await findLastClients(db, keyRing, rows)
  return rows.map((row) => {
    const isOwn = row.createdBy === actor.userId
    const key = isOwn && bySession ? fullValueOf(keyRing, row) : undefined
    const createdBy = names.get(row.createdBy)
    // Addresses and machines are people's own: for people, in their sessions.
    const client = bySession ? clients.get(row.id) : undefined
    return {
      keyId: row.id,
      name: row.name,
      keyPrefix: row.keyPrefix,
      status: statusOf(row, at),
      showOnce: row.sealed === null,
      usageCount: row.usageCount,
      createdAt: row.createdAt.toISOString(),
      isOwn,
      ...(key ? { key } : {}),
      ...(row.scopes ? { scopes: row.scopes } : {}),
      ...(row.expiresAt ? { expiresAt: row.expiresAt.toISOString() } : {}),
      ...(row.pausedBy && row.pausedBy !== actor.userId
        ? { pausedBy: names.get(row.pausedBy) ?? 'Somebody who left' }
        : {}),
      ...(row.replacedAt ? { replacedAt: row.replacedAt.toISOString() } : {}),
      ...(row.pausedAt ? { pausedAt: row.pausedAt.toISOString() } : {}),
      ...(row.allowedAddresses && bySession ? { allowedAddresses: row.allowedAddresses } : {}),
      ...(row.lastUsedAt ? { lastUsedAt: row.lastUsedAt.toISOString() } : {}),
      ...(client ? { lastUsedBy: shortOf(client) } : {}),
      ...(createdBy ? { createdBy } : {}),
    }
  })
}

const fullValueOf = (
  keyRing: House['keyRing'],
  { id, workspaceId, sealed }: ApiKeyRow,
): string | undefined => (sealed === null ? undefined : openKeyValue(keyRing, id, workspaceId, sealed))

const shortOf = ({ hostname, address, client }: KeyClient) => ({ machine: hostname ?? address, client })
