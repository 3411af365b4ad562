import type { ProviderName } from '#contract/identities.ts'

/** What one visit to a provider is recognised by when the person comes back. All of it is random and kept sealed in the browser. */
export type Visit = { state: string; nonce: string; codeVerifier: string; redirectUri: string }

/** What a provider vouches for. `subject` is its lasting name of the person. */
export type ExternalPerson = {
  subject: string
  email: string | null
  /** Whether the provider says that it has checked the address. Nothing is linked by an address it has not. */
  emailVerified: boolean
  name: string | null
}

/** Somebody else's sign-in (SPEC 2): authorization code with PKCE, state and, where the provider knows it, nonce. */
export type IdentityProvider = {
  name: ProviderName
  /** Which installation of the provider it is: subjects are unique within it only. */
  issuer: string
  /** Where to send the browser. `fresh` asks the provider to have the person sign in again rather than rely on an earlier
   *  sign-in. */
  begin(visit: Visit, options: { fresh: boolean }): Promise<URL>
  /** Who came back with `callback`, the whole address the provider sent them to, its parameters in the query. `fresh` as in
   *  `begin`: then a provider that tells when the person signed in must tell of a moment ago. Throws whenever anything of the
   *  answer is missing, wrong, late or cannot be checked: a failing provider admits nobody. */
  finish(visit: Visit, callback: URL, options?: { fresh: boolean }): Promise<ExternalPerson>
}
