import { z } from 'zod'
import { Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'

/** Whom people can sign in with. `local` is the try-out provider of an embedded installation. */
export const providerNames = ['google', 'github', 'apple', 'local'] as const
export const ProviderName = z.enum(providerNames)
export type ProviderName = z.output<typeof ProviderName>

export const providerLabels: Record<ProviderName, string> = {
  google: 'Google',
  github: 'GitHub',
  apple: 'Apple',
  local: 'the local provider',
}

/** Where a person manages the password that a provider keeps (SPEC 2). */
export const providerSecurityPages: Partial<Record<ProviderName, string>> = {
  google: 'https://myaccount.google.com/security',
  github: 'https://github.com/settings/security',
  apple: 'https://account.apple.com/account/manage',
}

/** What a page that somebody comes back to from a provider may have to tell, as `?problem=`. */
export const providerProblems = {
  provider_denied: 'The sign-in was cancelled at the provider.',
  provider_failed:
    'The provider could not be reached or its answer could not be trusted. Nothing has changed.',
  provider_expired: 'This sign-in took too long or was already used. Start again.',
  provider_without_email: 'The provider shared no e-mail address, which an account needs.',
  provider_busy: 'Something about that account is still being changed. Try again in two minutes.',
  provider_disconnected:
    'You have disconnected that account. Sign in another way, then connect it again in the settings.',
  mail_not_sent: 'The mail with your code could not be sent. Try again in a while.',
  identity_in_use: 'That account at the provider already signs in another person here.',
  identity_mismatch: 'That is another account at the provider than the one connected here.',
  reauthentication_required: 'Confirm that it is you first.',
} as const
export type ProviderProblem = keyof typeof providerProblems

const Provider = z.strictObject({ provider: ProviderName })

/** Answered without a body. */
const Redirect = z.null()

/** A path on this site, never another site. */
const NextPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x7e]*$/, 'must be a path on this site')

export const startProviderSignIn = endpoint({
  method: 'GET',
  path: '/api/auth/oauth/:provider',
  summary: 'Go to a provider to sign in, to connect it, or to confirm that it is you',
  description:
    'Answers 302 to the provider. `connect` and `confirm` need a session. Comes back to `next`, with `problem` in the query when it did not work out.',
  params: Provider,
  query: z.strictObject({
    intent: z.enum(['sign-in', 'connect', 'confirm']).optional(),
    next: NextPath.optional(),
  }),
  reply: Redirect,
})

const Callback = z.object({
  code: z.string().max(4000).optional(),
  state: z.string().max(200).optional(),
  error: z.string().max(200).optional(),
  iss: z.string().max(500).optional(),
})

export const finishProviderSignIn = endpoint({
  method: 'GET',
  path: '/api/auth/oauth/:provider/callback',
  summary: 'Where a provider sends people back to',
  description: 'Guarded by the state that the sign-in began with. Answers 302 to a page.',
  params: Provider,
  query: Callback,
  reply: Redirect,
})

export const forwardProviderForm = endpoint({
  method: 'POST',
  path: '/api/auth/oauth/:provider/callback',
  summary: 'The same for providers that send people back with a form',
  description: 'Answers 303 to the address above, because a form of another site brings no cookies.',
  params: Provider,
  body: Callback,
  reply: Redirect,
})

export const listIdentities = endpoint({
  method: 'GET',
  path: '/api/auth/identities',
  summary: 'The accounts at providers that sign you in',
  reply: z.object({
    identities: z.array(
      z.object({ provider: ProviderName, email: z.string().nullable(), connectedAt: Time }),
    ),
    hasPassword: z.boolean(),
  }),
})

export const disconnectIdentity = endpoint({
  method: 'DELETE',
  path: '/api/auth/identities/:provider',
  summary: 'Stop a provider from signing you in',
  description: 'The last way in cannot be removed. Needs a recent sign-in.',
  params: Provider,
  reply: Success,
})
