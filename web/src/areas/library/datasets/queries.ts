import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import * as contents from '#contract/dataset-contents.ts'
import type { Split } from '#contract/dataset-fields.ts'
import * as datasets from '#contract/datasets.ts'
import type { Received } from '#contract/endpoint.ts'
import { call } from '../../../api/client.ts'
import { live } from '../../activity/live-activity.ts'
import { rowsOfPage } from '../list-search.ts'
import type { DatasetsSearch } from './dataset-search.ts'

export type Dataset = Received<typeof datasets.listDatasets>['datasets'][number]
export type DatasetInFull = Received<typeof datasets.getDatasetByPath>['dataset']
export type DatasetJob = NonNullable<DatasetInFull['job']>
export type DatasetImage = Received<typeof contents.listDatasetImages>['images'][number]
export type DatasetVersion = Received<typeof contents.listVersions>['versions'][number]

export const datasetsShown = 24
const imagesAtOnce = 48
const versionsAtOnce = 50
const processingPollMs = 1500

/** Whether a file or a copy is being taken in. Those who are no members are not told of the job. */
export const isProcessing = ({ status }: Pick<Dataset, 'status'>): boolean => status === 'processing'

/** One page of the datasets of the workspace, each with a few of its images. */
export const datasetListQuery = ({ page, ...sought }: DatasetsSearch) =>
  queryOptions({
    queryKey: ['datasets', 'list', sought, page ?? 1],
    queryFn: ({ signal }) =>
      call(datasets.listDatasets, {
        query: { ...sought, includeImageUrls: 'true', ...rowsOfPage(page, datasetsShown) },
        signal,
      }),
    placeholderData: keepPreviousData,
    meta: live,
    refetchInterval: ({ state }) => (state.data?.datasets.some(isProcessing) ? 3000 : 15_000),
  })

export const datasetByPathQuery = (owner: string, dataset: string) =>
  queryOptions({
    queryKey: ['dataset', owner, dataset],
    queryFn: () => call(datasets.getDatasetByPath, { params: { owner, dataset } }),
    meta: live,
    refetchInterval: ({ state }) =>
      state.data && isProcessing(state.data.dataset) ? processingPollMs : false,
  })

/** Images in the order they came. `stamp` is when the dataset last changed: another one is another list. */
export const datasetImagesQuery = (id: string, split: Split | undefined, stamp: string) =>
  infiniteQueryOptions({
    queryKey: ['dataset-images', id, split ?? null, stamp],
    queryFn: ({ pageParam, signal }) =>
      call(contents.listDatasetImages, {
        params: { id },
        query: { split, limit: imagesAtOnce, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    // Links hold for a day.
    staleTime: 60 * 60_000,
  })

export const versionsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['dataset-versions', id],
    queryFn: ({ pageParam, signal }) =>
      call(contents.listVersions, {
        params: { id },
        query: { limit: versionsAtOnce, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
