import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { createApiKey, listApiKeys, revokeApiKey } from '#contract/api-keys.ts'
import type { Input, Received } from '#contract/endpoint.ts'
import { call } from '../../api/client.ts'
import { secret } from '../../api/query-client.ts'

export type ApiKey = Received<typeof listApiKeys>['keys'][number]
export type CreatedApiKey = Received<typeof createApiKey>

export const apiKeysQuery = () =>
  queryOptions({ queryKey: ['api-keys'], queryFn: async () => (await call(listApiKeys)).keys })

/** The list has changed, and the feed has something new to tell. */
const retell = (client: QueryClient) =>
  Promise.all([
    client.invalidateQueries(apiKeysQuery()),
    client.invalidateQueries({ queryKey: ['activity'] }),
  ])

export const useCreateApiKey = () => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: (body: Input<typeof createApiKey, 'body'>) => call(createApiKey, { body }),
    onSuccess: () => retell(client),
  })
}

export const useRevokeApiKey = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (keyId: string) => call(revokeApiKey, { query: { keyId } }),
    // Also after a refusal: a key that is already gone should leave the list.
    onSettled: () => retell(client),
  })
}
