import { useMutation, useQueryClient } from '@tanstack/react-query'
import * as contents from '#contract/dataset-contents.ts'
import * as datasets from '#contract/datasets.ts'
import type { Input } from '#contract/endpoint.ts'
import { call } from '../../../api/client.ts'
import { sentenceOf } from '../../../api/problem.ts'
import { toast } from '../../../ui/toast.tsx'
import { useChange } from '../changes.ts'

/* Everything that changes datasets. */

type NewDataset = Input<typeof datasets.createDataset, 'body'>
export type DatasetChange = Input<typeof datasets.updateDataset, 'body'>
type IngestRequest = Omit<Input<typeof contents.ingestDataset, 'body'>, 'datasetId'>

export const useCreateDataset = () => useChange((body: NewDataset) => call(datasets.createDataset, { body }))

export const useUpdateDataset = (id: string) =>
  useChange((body: DatasetChange) => call(datasets.updateDataset, { params: { id }, body }))

export const useCloneDataset = (id: string) =>
  useChange((body: Input<typeof datasets.cloneDataset, 'body'>) =>
    call(datasets.cloneDataset, { params: { id }, body }),
  )

/** Has a file taken into a dataset of `owner`, whatever workspace they have gone to since its upload began. */
export const useIngest = (datasetId: string, owner: string) =>
  useChange((body: IngestRequest) =>
    call(contents.ingestDataset, { query: { owner }, body: { datasetId, ...body } }),
  )

export const useMakeVersion = (id: string) =>
  useChange((description: string) =>
    call(contents.versionDataset, { params: { id }, body: description ? { description } : {} }),
  )

export const useDescribeVersion = (id: string) =>
  useChange((body: { version: number; description: string }) =>
    call(contents.describeVersion, { params: { id }, body }),
  )

/** Asks for a link, which holds for an hour, and follows it. Without a version it is the dataset as it stands. */
export const useDownloadNdjson = (id: string) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (version: number | undefined) => {
      const { downloadUrl } = await call(contents.exportDataset, { params: { id }, query: { v: version } })
      const link = document.createElement('a')
      link.href = downloadUrl
      link.download = ''
      link.click()
      await client.invalidateQueries({ queryKey: ['dataset'] })
    },
    onError: (error) => toast(sentenceOf(error), { failed: true }),
  })
}
