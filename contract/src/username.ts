/** Rules of SPEC 1.2: one namespace for people and teams. Pure, so that the form can answer while one types. */

const usernameLengthMin = 4
const usernameLengthMax = 32

const pattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

export const isUsernameWellFormed = (username: string): boolean =>
  username.length >= usernameLengthMin && username.length <= usernameLengthMax && pattern.test(username)

/** Names that platform routes use (SPEC 1.2). */
const reserved = new Set(
  `admin account activity agents annotate api app assets auth billing blog callback dashboard datasets deploy deployments docs
  enterprise explore export feedback files health help home integrations invite invites legal login logout members models
  monitoring new notifications oauth official onboarding openapi organization plans predict pricing privacy profile projects
  referrals register root search security settings shared signin signout signup static status storage support system team teams
  terms train training trash ultralytics upload uploads usage user users webhooks workspace www`.split(/\s+/),
)

/** Page addresses of ours that a username must not shadow either. */
const pages = new Set([
  'sign-in',
  'sign-up',
  'forgot-password',
  'reset-password',
  'verify',
  'second-factor',
  'healthz',
  'readyz',
  'metrics',
])

export const isUsernameReserved = (username: string): boolean => reserved.has(username) || pages.has(username)

/** The names tried, in order, when `username` is taken (SPEC 1.2). The caller appends random digits when all are gone. */
export const usernameSuggestions = (username: string): string[] =>
  Array.from({ length: 98 }, (_, index) => withSuffix(username, String(index + 2)))

/** `username-suffix`, cut so that the whole stays within the limit and well formed. */
export const withSuffix = (username: string, suffix: string): string =>
  `${username.slice(0, usernameLengthMax - suffix.length - 1).replace(/-+$/, '')}-${suffix}`
