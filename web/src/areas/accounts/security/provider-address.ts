import type { ProviderName } from '#contract/identities.ts'

/** Where the browser goes to meet a provider. `next` is the page to come back to. */
export const providerAddress = (
  provider: ProviderName,
  { intent, next }: { intent?: 'connect' | 'confirm'; next?: string },
): string => {
  const query = new URLSearchParams({ ...(intent && { intent }), ...(next && { next }) })
  return `/api/auth/oauth/${provider}${query.size > 0 ? `?${query}` : ''}`
}
