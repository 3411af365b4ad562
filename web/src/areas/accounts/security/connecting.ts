import { type ProviderName, ProviderName as ProviderNameSchema } from '#contract/identities.ts'
import { providerAddress } from './provider-address.ts'

/* Somebody who wants to connect a provider may first be sent to another one, to confirm who they are. The browser leaves the
   site in between, so this tab remembers what they were about to do. The address alone would not do: a link on another site
   could then connect an account that nobody asked for. */

const place = 'gatehouse.connecting'

export const settingsAddress = '/settings?tab=profile'

/** Where the browser goes to connect a provider. It comes back with the provider's name, so that the page can tell how it went. */
export const connectAddress = (provider: ProviderName): string =>
  providerAddress(provider, { intent: 'connect', next: `${settingsAddress}&connecting=${provider}` })

/** The provider that the page at this address was about to connect. */
export const connectingAt = (search: string): ProviderName | undefined =>
  ProviderNameSchema.safeParse(new URLSearchParams(search).get('connecting')).data

/** This page without the problem it tells of, which is over once somebody comes back. */
export const withoutProblem = (pathname: string, search: string): string => {
  const query = new URLSearchParams(search)
  query.delete('problem')
  return query.size > 0 ? `${pathname}?${query}` : pathname
}

/** Before the browser leaves for a confirmation. */
export const keepConnecting = (provider: ProviderName): void => {
  try {
    sessionStorage.setItem(place, provider)
  } catch {
    // Storage is blocked or full: the person presses Connect once more.
  }
}

/** What was kept, once. */
export const takeConnecting = (): string | null => {
  try {
    const provider = sessionStorage.getItem(place)
    sessionStorage.removeItem(place)
    return provider
  } catch {
    return null
  }
}
