import {
  type DatasetStatus,
  type DatasetTask,
  datasetStatuses,
  datasetTasks,
  type Split,
  splits,
} from '#contract/dataset-fields.ts'
import { type DatasetSort, datasetSorts } from '#contract/library-fields.ts'
import { type ListSearch, readListSearch } from '../list-search.ts'

/** What of the list of datasets stands in the address. */
export type DatasetsSearch = ListSearch<DatasetSort> & {
  task?: DatasetTask
  status?: DatasetStatus
  visibility?: 'public' | 'private'
}

const datasetTabs = ['images', 'classes', 'versions', 'use'] as const
export type DatasetTab = (typeof datasetTabs)[number]

/** What of one dataset does: the tab, and of its images those of one split. */
export type DatasetSearch = { tab?: DatasetTab; split?: Split }

const oneOf = <T extends string>(known: readonly T[], raw: unknown): T | undefined =>
  known.find((each) => each === raw)

/** What makes no sense is as if it were not there. */
export const readDatasetsSearch = (raw: Record<string, unknown>): DatasetsSearch => ({
  ...readListSearch(raw, datasetSorts),
  task: oneOf(datasetTasks, raw.task),
  status: oneOf(datasetStatuses, raw.status),
  visibility: oneOf(['public', 'private'], raw.visibility),
})

export const readDatasetSearch = (raw: Record<string, unknown>): DatasetSearch => ({
  tab: oneOf(datasetTabs.slice(1), raw.tab),
  split: oneOf(splits, raw.split),
})

/** Whether a list shows less than all there is. */
export const isNarrowed = ({ q, task, status, visibility }: DatasetsSearch): boolean =>
  [q, task, status, visibility].some((each) => each !== undefined)
