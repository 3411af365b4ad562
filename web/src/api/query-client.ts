import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isApiError } from './client.ts'

/** The server's state. `onSignedOut` is called whenever any answer says that the session has ended. */
export const makeQueryClient = (onSignedOut: () => void): QueryClient => {
  const watch = (error: unknown) => {
    if (isApiError(error, 'authentication_required')) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
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
