import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import { getStorage, recalculateStorage } from '#contract/storage.ts'
import { call } from '../../../api/client.ts'
import { live } from '../../activity/live-activity.ts'

export type Storage = Received<typeof getStorage>
export type Breakdown = NonNullable<Storage['breakdown']>

export const storageQuery = () =>
  queryOptions({
    queryKey: ['storage', 'summary'],
    queryFn: () => call(getStorage),
    refetchInterval: 60_000,
    meta: live,
  })

/** With the categories and the largest items. */
export const storageDetailsQuery = () =>
  queryOptions({
    queryKey: ['storage', 'details'],
    queryFn: () => call(getStorage, { query: { details: 'true' } }),
    refetchInterval: 60_000,
    meta: live,
  })

export const useRecalculate = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(recalculateStorage),
    onSuccess: () => client.invalidateQueries({ queryKey: ['storage'] }),
  })
}
