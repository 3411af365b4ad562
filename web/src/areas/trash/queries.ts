import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import type { Received } from '#contract/endpoint.ts'
import * as trash from '#contract/trash.ts'
import { call, isApiError } from '../../api/client.ts'
import { live } from '../activity/live-activity.ts'
import { pageItems, type TrashSearch } from './trash-search.ts'

export type TrashItem = trash.TrashItem
export type TrashSummary = Received<typeof trash.listTrash>['summary']

/** A page of what lies there. Others put things there and take them out, too: the feed tells. */
export const trashQuery = ({ type, search, page = 1 }: TrashSearch) =>
  queryOptions({
    queryKey: ['trash', 'page', type, search, page],
    queryFn: ({ signal }) =>
      call(trash.listTrash, { query: { type, search, page, limit: pageItems }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: 60_000,
    meta: live,
  })

/** How many things the map shows by name. */
const largestMax = 24

export const largestInTrashQuery = () =>
  queryOptions({
    queryKey: ['trash', 'largest'],
    queryFn: async () =>
      (await call(trash.listTrash, { query: { sort: 'largest', limit: largestMax } })).items,
    staleTime: 0,
    meta: live,
  })

/** The models that went to the trash with a project. */
export const alongQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: ['trash', 'along', projectId],
    queryFn: ({ pageParam, signal }) =>
      call(trash.listTrash, { query: { parent: projectId, page: pageParam, limit: pageItems }, signal }),
    initialPageParam: 1,
    getNextPageParam: ({ page, totalPages }) => (page < totalPages ? page + 1 : undefined),
  })

const emptyingPollMs = 1000

/** How far an emptying has come, asked until it is over, or nothing is known of it any more. */
export const emptyingQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['trash', 'job', jobId],
    queryFn: () => call(trash.getTrashJob, { params: { id: jobId } }),
    refetchInterval: ({ state: { data, error } }) =>
      data?.finished || isApiError(error, 'trash_job_not_found') ? false : emptyingPollMs,
  })

/** What left the trash shows elsewhere: in lists, in counts, in storage, in the feed. The trash itself is waited for, so that nobody
 *  sees what they just took out of it. */
export const refreshAround = (client: QueryClient): Promise<void> => {
  const isTrash = (key: readonly unknown[]) => key[0] === 'trash'
  void client.invalidateQueries({ predicate: ({ queryKey }) => !isTrash(queryKey) })
  return client.invalidateQueries({ predicate: ({ queryKey }) => isTrash(queryKey) })
}

/** Somebody restored it already, perhaps a first try of our own. */
const unlessBack = (error: unknown) => {
  if (!isApiError(error, 'trash_item_not_found')) throw error
}

type Back = { name: string } & Received<typeof trash.restoreTrash>

/** What came back, in that order. `refusal` tells why a model did not follow its project. */
export type Restored = { back: Back[]; refusal?: unknown }

/** Restores something; a model whose project lies in the trash too after that project. Fails where nothing came back. */
export const useRestore = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ _id: id, type, name, parentProject }: TrashItem): Promise<Restored> => {
      const back: Back[] = []
      if (parentProject?.inTrash) {
        const body = { id: parentProject._id, type: 'project' } as const
        const reply = await call(trash.restoreTrash, { body }).catch(unlessBack)
        if (reply) back.push({ name: parentProject.name, ...reply })
      }
      try {
        back.push({ name, ...(await call(trash.restoreTrash, { body: { id, type } })) })
      } catch (refusal) {
        if (back.length === 0) throw refusal
        return { back, refusal }
      }
      return { back }
    },
    onSettled: () => refreshAround(client),
  })
}

export const useDeleteForGood = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ _id: id, type }: TrashItem) => {
      const reply = await call(trash.deleteTrash, { body: { id, type } })
      return 'deletedCount' in reply ? (reply.survivingDeployments ?? 0) : 0
    },
    onSettled: () => refreshAround(client),
  })
}

export const useEmptyTrash = () => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call(trash.emptyTrash),
    onSettled: () => refreshAround(client),
  })
}
