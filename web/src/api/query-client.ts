import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isApiError } from './client.ts'

const isSignedOut = (error: unknown) => isApiError(error, 'authentication_required')

/** Refusals that the page would not have met, had it known what this person may do now. */
const standingReasons = [
  'workspace_not_found',
  'permission_denied',
  'license_expired',
  'second_factor_required',
]
const isOutOfDate = (error: unknown) => standingReasons.some((reason) => isApiError(error, reason))

/** The server's state, and what its refusals mean for the whole app. `doubt` is called when who is signed in, or what they may,
 *  may have changed: an answer said so, or something on screen is no longer found, which is how routes that also serve strangers
 *  put it. */
export const makeQueryClient = (doubt: () => void): QueryClient =>
  new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        const vanished = isApiError(error) && error.status === 404 && query.state.data !== undefined
        if (isSignedOut(error) || isOutOfDate(error) || vanished) doubt()
      },
    }),
    mutationCache: new MutationCache({
      onError: (error) => {
        if (isSignedOut(error) || isOutOfDate(error)) doubt()
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // A refusal stays a refusal; only silence and faults are worth another try.
        retry: (failures, error) =>
          isSignedOut(error)
            ? failures < 1
            : failures < 2 && (!isApiError(error) || error.status === 0 || error.status >= 500),
        retryDelay: (failures, error) => (isSignedOut(error) ? newCookieMs : 1000 * 2 ** failures),
      },
      // Turned away at the door, so nothing was done yet and asking again does not do it twice.
      mutations: { retry: (failures, error) => failures < 1 && isSignedOut(error), retryDelay: newCookieMs },
    },
  })

/** The server gives a session a new cookie when somebody confirms who they are or changes their password. What was under way
 *  with the old one is turned away, and passes once the new one has arrived. */
export const newCookieMs = 500

/** For mutations that carry a password, a code or a key, or bring one: nothing of it is remembered once no screen shows it. */
export const secret = { gcTime: 0 }
