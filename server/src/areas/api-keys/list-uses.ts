import { and, eq, gte, lt } from 'drizzle-orm'
import { type listApiKeyUses as endpoint, keyUseDays } from '#contract/api-keys.ts'
import type { Received } from '#contract/endpoint.ts'
import { secondsAfter } from '../../clock.ts'
import type { Actor } from '../../door/actor.ts'
import type { House } from '../../house.ts'
import { findDataKey } from '../accounts/data-key.ts'
import { openClient } from './key-clients.ts'
import { findSeenKey } from './own-key.ts'
import { apiKeyClients, apiKeyUses } from './table.ts'

const daySeconds = 24 * 3600
const byLastUse = (a: { lastUsedAt: string }, b: { lastUsedAt: string }) =>
  a.lastUsedAt < b.lastUsedAt ? 1 : -1

/** Who used a key lately and what for, newest first: what stops when it is revoked. Refuses with api_key_not_found. */
export const listApiKeyUses = async (
  { keyRing }: Pick<House, 'keyRing'>,
  actor: Actor,
  keyId: string,
  at: Date,
): Promise<Received<typeof endpoint>> => {
  const { db } = actor.workspace.cell
  const key = await findSeenKey(db, actor, keyId)
  const since = secondsAfter(at, -keyUseDays * daySeconds)
  const rows = await db
    .select({ client: apiKeyClients, use: apiKeyUses })
    .from(apiKeyUses)
    .innerJoin(
      apiKeyClients,
      and(eq(apiKeyClients.keyId, apiKeyUses.keyId), eq(apiKeyClients.digest, apiKeyUses.clientDigest)),
    )
    .where(and(eq(apiKeyUses.keyId, keyId), gte(apiKeyUses.lastUsedAt, since)))
  const dataKey = await findDataKey(db, keyRing, key.createdBy)
  const machines = Map.groupBy(rows, ({ client }) => client.digest.toString('hex'))
  const endpoints = Map.groupBy(rows, ({ use }) => use.endpoint)
  return {
    days: keyUseDays,
    total: sum(rows),
    machines: [...machines.values()]
      .flatMap((group) => {
        const [first] = group
        if (!first || !dataKey) return []
        return {
          ...openClient(dataKey, first.client),
          uses: sum(group),
          firstUsedAt: first.client.firstUsedAt.toISOString(),
          lastUsedAt: newest(group),
        }
      })
      .toSorted(byLastUse),
    endpoints: [...endpoints]
      .map(([endpoint, group]) => {
        const [method = '', path = ''] = endpoint.split(' ')
        return { method, path, uses: sum(group), lastUsedAt: newest(group) }
      })
      .toSorted(byLastUse),
  }
}

type Used = { use: typeof apiKeyUses.$inferSelect }

const sum = (rows: readonly Used[]): number => rows.reduce((total, { use }) => total + use.uses, 0)

const newest = (rows: readonly Used[]): string =>
  new Date(Math.max(...rows.map(({ use }) => use.lastUsedAt.getTime()))).toISOString()

/** Forgets uses older than anybody asks for, and clients that have none left. */
export const sweepUses = async ({ cells }: Pick<House, 'cells'>, at: Date): Promise<void> => {
  const before = secondsAfter(at, -(keyUseDays + 1) * daySeconds)
  await Promise.all(
    cells.all.map(async ({ db }) => {
      await db.delete(apiKeyUses).where(lt(apiKeyUses.lastUsedAt, before))
      await db.delete(apiKeyClients).where(lt(apiKeyClients.lastUsedAt, before))
    }),
  )
}
