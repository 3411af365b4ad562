import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isApiError } from './client.ts'

type Watch = {
  /** An answer said that nobody is signed in. */
  onSignedOut: () => void
  /** Something on screen is no longer found. Routes that also serve strangers answer so when the session has ended. */
  onVanished: () => void
}

/** The server's state, and what its refusals mean for the whole app. */
export const makeQueryClient = ({ onSignedOut, onVanished }: Watch): QueryClient => {
  const watch = (error: unknown) => {
    if (isApiError(error, 'authentication_required')) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        watch(error)
        if (isApiError(error) && error.status === 404 && query.state.data !== undefined) onVanished()
      },
    }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // A refusal stays a refusal; only silence and faults are worth another try.
        retry: (failures, error) =>
          failures < 2 && (!isApiError(error) || error.status === 0 || error.status >= 500),
      },
    },
  })
}
