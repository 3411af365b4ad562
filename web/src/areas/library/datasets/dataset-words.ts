import type { DatasetTask, Lack, SkipReason, Split } from '#contract/dataset-fields.ts'
import type { DatasetSort } from '#contract/library-fields.ts'
import { counted } from '../../../ui/counted.ts'
import type { Dataset, DatasetJob } from './queries.ts'

export const datasetSortWords: Record<DatasetSort, string> = {
  updated: 'Last changed',
  newest: 'Newest',
  oldest: 'Oldest',
  'name-asc': 'Name, A to Z',
  'name-desc': 'Name, Z to A',
  stars: 'Most stars',
  'count-desc': 'Most images',
}

/** What each task learns, for whoever has to choose one. */
export const taskWords: Record<DatasetTask, [name: string, means: string]> = {
  detect: ['Detect', 'Boxes around things'],
  segment: ['Segment', 'Outlines of things'],
  classify: ['Classify', 'One class for the whole image'],
  pose: ['Pose', 'Points on a body, behind a box'],
  obb: ['Turned boxes', 'Boxes at any angle'],
  semantic: ['Semantic', 'A class for every pixel'],
  depth: ['Depth', 'How far each pixel is'],
}

export const taskName = (task: string): string => taskWords[task as DatasetTask]?.[0] ?? task

export const splitNames: Record<Split, string> = { train: 'Train', val: 'Val', test: 'Test' }

/** What is missing before a training, and what to do about it. */
export const lackWords: Record<Lack, string> = {
  train:
    'No image is in the split train. A file puts them there with a folder train, or say so when you add it.',
  val: 'No image is in val or test, so nothing tells how well a training does.',
  labels: 'No image has a label.',
  classNames: 'No class has a name. Write them on the tab Classes, or send a file with a data.yaml.',
  kptShape: 'Nothing says how many points a pose has. Send a file whose data.yaml has kpt_shape.',
}

export const skipWords: Record<SkipReason, string> = {
  too_small: 'smaller than 28 pixels on a side',
  too_large: 'larger than 50 MB or 50 megapixels',
  unreadable: 'broken, so that no picture can be made of it',
  unsupported: 'of a kind that is not taken',
  name_taken: 'of a name that is there already',
  bad_name: 'of a name that cannot be stored',
  bad_line: 'a line that is no record of an image',
  link_not_ours: 'a link to another place; only images that are kept here are found',
  link_expired: 'a link that has ended; export the original again',
  no_image: 'a line whose image is not there',
  over_limit: 'beyond the million images a dataset holds',
}

/** How far a job has come: "1,204 of 2,000 images". */
export const progressWords = ({
  status,
  processed,
  total,
}: Pick<DatasetJob, 'status' | 'processed' | 'total'>): string => {
  if (status === 'queued') return 'It waits for its turn.'
  if (total === undefined) return processed === 0 ? 'Looking through the file…' : counted(processed, 'image')
  return `${processed.toLocaleString('en')} of ${counted(total, 'image')}`
}

/** In whole percent; undefined while nobody knows how many there are. */
export const percentOfJob = ({
  processed,
  total,
}: Pick<DatasetJob, 'processed' | 'total'>): number | undefined =>
  total ? Math.min(100, Math.floor((100 * processed) / total)) : undefined

/** What came of a job: "12 images were taken in, 3 were left out." */
export const outcomeWords = ({ kind, processed, skipped }: DatasetJob): string => {
  const taken = counted(processed - skipped, 'image')
  const verb = processed - skipped === 1 ? 'was' : 'were'
  const done = `${taken} ${verb} ${kind === 'clone' ? 'copied' : 'taken in'}`
  return skipped === 0 ? `${done}.` : `${done}, ${skipped.toLocaleString('en')} left out.`
}

/** What keeps a dataset from being trained on, as far as a list tells. */
export const standing = ({
  status,
  imageCount,
}: Pick<Dataset, 'status' | 'imageCount'>): 'processing' | 'failed' | 'empty' | 'ready' =>
  status === 'ready' && imageCount === 0 ? 'empty' : status
