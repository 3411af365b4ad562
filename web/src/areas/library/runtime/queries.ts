import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { deleteDeployment, listDeployments } from '#contract/deployments.ts'
import type { Received } from '#contract/endpoint.ts'
import { deleteExport, listExports } from '#contract/exports.ts'
import { call } from '../../../api/client.ts'

export type Deployment = Received<typeof listDeployments>['deployments'][number]
export type Export = Received<typeof listExports>['exports'][number]

/** Of one model, or of the whole workspace. */
export const deploymentsQuery = (modelId?: string) =>
  infiniteQueryOptions({
    queryKey: ['deployments', modelId ?? null],
    queryFn: ({ pageParam }) => call(listDeployments, { query: { modelId, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })

export const exportsQuery = (modelId?: string) =>
  infiniteQueryOptions({
    queryKey: ['exports', modelId ?? null],
    queryFn: ({ pageParam }) => call(listExports, { query: { modelId, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })

/** Takes a record away for good: neither goes to the trash. */
export const useDeleteRecord = (kind: 'deployment' | 'export') => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      kind === 'deployment'
        ? call(deleteDeployment, { params: { id } })
        : call(deleteExport, { params: { id } }),
    onSuccess: () =>
      Promise.all([`${kind}s`, 'storage'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
}
