import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/api-keys.ts'
import { receiptDays } from '#contract/receipt.ts'
import type { Cell } from '../../cells/cells.ts'
import { bySession, bySessionOrKey } from '../../door/access.ts'
import { route } from '../../door/route.ts'
import type { Receipts } from '../../gate/receipts.ts'
import type { House } from '../../house.ts'
import { issueApiKey } from './issue-api-key.ts'
import type { KeyUsage } from './key-usage.ts'
import { listApiKeys, viewKeys } from './list-api-keys.ts'
import { listApiKeyUses } from './list-uses.ts'
import { requireKeyPolicy } from './own-key.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { rotateApiKey } from './rotate-api-key.ts'
import { updateApiKey } from './update-api-key.ts'

const tag = 'API keys'
const bodyBytesMax = 16 * 1024

/** `usage` counts what keys are used for; `receipts` knows how long revoking took lately. */
export const apiKeysRoutes = (
  app: FastifyInstance,
  house: House,
  { usage, receipts }: { usage: KeyUsage; receipts: Receipts },
): void => {
  const { clock, config } = house
  // Only a key that carries the explicit admin scope manages keys (SPEC 5.2).
  const manage = { access: bySessionOrKey('apiKeys.manage', 'admin'), rate: 'default', tag } as const
  // Keys make and revoke keys; what a key is limited by is for people, or one could lift its own limits.
  const change = { access: bySession('apiKeys.manage'), rate: 'session', tag, bodyBytesMax } as const
  // A statistic that cannot be written now refuses nobody a list.
  const flush = (cell: Cell) => usage.flush(cell).catch(() => {})

  route(
    app,
    contract.listApiKeys,
    { access: bySessionOrKey('apiKeys.manage', 'read', 'admin'), rate: 'mutation', tag },
    async ({ actor }) => {
      requireKeyPolicy(config, actor)
      await flush(actor.workspace.cell)
      const at = clock.now()
      const keys = await listApiKeys(house, actor, at)
      return { keys, receipts: await receipts.summarize(at).catch(() => ({ days: receiptDays, count: 0 })) }
    },
  )

  // A value that nobody could have asked for yet.
  route(app, contract.createApiKey, { ...manage, bodyBytesMax, onlyAdds: true }, async ({ actor, body }) => {
    requireKeyPolicy(config, actor)
    return issueApiKey(house, actor, body, clock.now())
  })

  route(app, contract.updateApiKey, change, async ({ actor, params, body, reply }) => {
    requireKeyPolicy(config, actor)
    const key = await updateApiKey(actor, params.keyId, body, clock.now())
    const [view] = await viewKeys(house, actor, [key], clock.now())
    if (!view) throw new Error('One key has one view')
    return { ...view, receipt: await reply.receipt() }
  })

  route(app, contract.rotateApiKey, change, async ({ actor, params, body }) => {
    requireKeyPolicy(config, actor)
    return rotateApiKey(house, actor, params.keyId, body, clock.now())
  })

  route(
    app,
    contract.listApiKeyUses,
    { access: bySession('apiKeys.manage'), rate: 'session', tag },
    async ({ actor, params }) => {
      requireKeyPolicy(config, actor)
      await flush(actor.workspace.cell)
      return listApiKeyUses(house, actor, params.keyId, clock.now())
    },
  )

  route(app, contract.revokeApiKey, manage, async ({ actor, query, reply }) => {
    requireKeyPolicy(config, actor)
    const revoked = await revokeApiKey(house, actor, query.keyId, clock.now())
    return { ...revoked, receipt: await reply.receipt() }
  })

  route(app, contract.revokeApiKeyByPath, manage, async ({ actor, params, reply }) => {
    requireKeyPolicy(config, actor)
    const revoked = await revokeApiKey(house, actor, params.keyId, clock.now())
    return { ...revoked, receipt: await reply.receipt() }
  })
}
