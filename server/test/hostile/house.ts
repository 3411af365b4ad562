import type { ProviderName } from '#contract/identities.ts'
import type { IdentityProvider } from '../../src/ports/identity/identity-provider.ts'
import { startTestHouse } from '../test-house.ts'

/** A house where people can sign in with every provider. Nothing is asked over a network: each vouches for the person that the code
 *  names, and fails at every code that is no name. */
export const startHostileHouse = () =>
  startTestHouse({
    providers: new Map((['google', 'github', 'apple'] as const).map((name) => [name, credulous(name)])),
  })

const credulous = (name: ProviderName): IdentityProvider => ({
  name,
  issuer: 'https://provider.example',
  async begin({ state }) {
    return new URL(`https://provider.example/authorize?state=${state}`)
  },
  async finish(_visit, callback) {
    const code = callback.searchParams.get('code') ?? ''
    if (!/^[a-z0-9-]{1,40}$/.test(code)) throw new Error('The provider knows no such code')
    return { subject: code, email: `${code}@example.com`, emailVerified: true, name: null }
  },
})
