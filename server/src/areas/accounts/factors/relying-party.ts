import type { House } from '../../../house.ts'

/** Who asks for passkeys (WebAuthn Level 3, 4): the site's host name. A passkey is bound to it for ever, so PUBLIC_URL should not
 *  change once people have passkeys. */
export const relyingParty = ({ siteUrl }: Pick<House, 'siteUrl'>): { id: string; origin: string } => {
  const { hostname, origin } = new URL(siteUrl())
  return { id: hostname, origin }
}
