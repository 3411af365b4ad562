import type { FastifyInstance } from 'fastify'
import * as contract from '#contract/accounts.ts'
import type { Region } from '#contract/common.ts'
import type { ProviderName } from '#contract/identities.ts'
import { version } from '../../config.ts'
import { anyone } from '../../door/access.ts'
import { refuse } from '../../door/refusal.ts'
import { route } from '../../door/route.ts'
import type { House } from '../../house.ts'
import type { IdentityProvider } from '../../ports/identity/identity-provider.ts'
import { emailsRoutes } from './emails/routes.ts'
import { factorsRoutes } from './factors/routes.ts'
import { identitiesRoutes } from './identities/routes.ts'
import { passwordsRoutes } from './passwords/routes.ts'
import { profileRoutes } from './profiles/routes.ts'
import { sessionsRoutes } from './sessions/routes.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { signUpRoutes } from './sign-up/routes.ts'

const tag = 'Accounts'

export const accountsRoutes = (
  app: FastifyInstance,
  house: House,
  providers: ReadonlyMap<ProviderName, IdentityProvider>,
): void => {
  const { config } = house
  const offered = new Set(providers.keys())

  signUpRoutes(app, house)
  signInRoutes(app, house)
  passwordsRoutes(app, house)
  factorsRoutes(app, house, offered)
  identitiesRoutes(app, house, providers)
  sessionsRoutes(app, house)
  emailsRoutes(app, house)
  profileRoutes(app, house)

  route(
    app,
    contract.getInstance,
    { access: anyone('needed before anybody is signed in'), rate: 'anonymous', tag },
    async () => {
      const regions = [...house.cells.regions]
      const signInProviders = [...offered]
      const regionPings: Partial<Record<Region, string>> = {}
      for (const region of regions)
        regionPings[region] = config.regionPingUrls[region] ?? `/api/regions/${region}/ping`
      return {
        publicUrl: house.siteUrl(),
        regions,
        regionPings,
        signInProviders,
        mail: house.mail.kind,
        keyPolicy: config.keyPolicy,
        version,
      }
    },
  )

  route(
    app,
    contract.pingRegion,
    { access: anyone('how far away a region is, nothing else'), rate: 'anonymous', tag },
    async ({ params: { region } }) => {
      const cell = house.cells.forNewAccount(region)
      if (!cell) throw refuse('region_unavailable')
      await cell.pool.query('select 1')
      return { region }
    },
  )
}
