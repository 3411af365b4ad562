import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/api-keys.ts'
import { bySessionOrKey } from '../../door/access.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import { issueApiKey } from './issue-api-key.ts'
import type { KeyUsage } from './key-usage.ts'
import { listApiKeys } from './list-api-keys.ts'
import { revokeApiKey } from './revoke-api-key.ts'

const tag = 'API keys'

export const apiKeysRoutes = (app: FastifyInstance, house: House, usage: KeyUsage): void => {
  const { clock } = house
  // Only a key that carries the explicit admin scope manages keys (SPEC 5.2).
  const manage = bySessionOrKey('apiKeys.manage', 'admin')

  route(
    app,
    contract.listApiKeys,
    { access: bySessionOrKey('apiKeys.manage', 'read', 'admin'), rate: 'mutation', tag },
    async ({ actor }) => {
      await usage.flush(actor.workspace.cell)
      return listApiKeys(house, actor)
    },
  )

  route(
    app,
    contract.createApiKey,
    { access: manage, rate: 'default', bodyBytesMax: 16 * 1024, tag },
    ({ actor, body }) => issueApiKey(house, actor, body, clock.now()),
  )

  route(app, contract.revokeApiKey, { access: manage, rate: 'default', tag }, ({ actor, query }) =>
    revokeApiKey(house, actor, query.keyId, clock.now()),
  )

  route(app, contract.revokeApiKeyByPath, { access: manage, rate: 'default', tag }, ({ actor, params }) =>
    revokeApiKey(house, actor, params.keyId, clock.now()),
  )
}
