import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  createApiKey,
  listApiKeys,
  listApiKeyUses,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
} from '#contract/api-keys.ts'
import type { Input, Received } from '#contract/endpoint.ts'
import { call } from '../../api/client.ts'
import { secret } from '../../api/query-client.ts'
import { instanceQuery, useMay, useMe } from '../accounts/queries.ts'

export type ApiKey = Received<typeof listApiKeys>['keys'][number]
export type CreatedApiKey = Received<typeof createApiKey>
export type RotatedApiKey = Received<typeof rotateApiKey>
export type ApiKeyUses = Received<typeof listApiKeyUses>
export type ApiKeyLimits = Pick<
  Input<typeof createApiKey, 'body'>,
  'scopes' | 'expiresAt' | 'showOnce' | 'allowedAddresses'
>

/** Why this person has no keys here: their role, or this installation leaves keys to owners (SPEC 5.2). `waiting` until it is
 *  known which. */
export const useKeysClosedBy = (): 'waiting' | 'role' | 'owner-only' | undefined => {
  const mayManage = useMay('apiKeys.manage')
  const { role } = useMe().workspace
  const { data: instance, isError } = useQuery(instanceQuery())
  if (role === 'owner') return undefined
  if (!mayManage) return 'role'
  if (!instance) return isError ? undefined : 'waiting'
  return instance.keyPolicy === 'owner-only' ? 'owner-only' : undefined
}

export const apiKeysQuery = () => queryOptions({ queryKey: ['api-keys'], queryFn: () => call(listApiKeys) })

/** Asked anew each time: what it answers decides about something that cannot be taken back. */
export const apiKeyUsesQuery = (keyId: string) =>
  queryOptions({
    queryKey: ['api-key-uses', keyId],
    queryFn: ({ signal }) => call(listApiKeyUses, { params: { keyId }, signal }),
    staleTime: 0,
    gcTime: 0,
  })

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

export const useUpdateApiKey = (keyId: string) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Input<typeof updateApiKey, 'body'>) => call(updateApiKey, { params: { keyId }, body }),
    onSettled: () => retell(client),
  })
}

export const useRotateApiKey = (keyId: string) => {
  const client = useQueryClient()
  return useMutation({
    ...secret,
    mutationFn: (overlapHours: number) => call(rotateApiKey, { params: { keyId }, body: { overlapHours } }),
    onSettled: () => retell(client),
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
