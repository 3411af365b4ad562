import { type AssetType, datasetEndings, isDatasetFile } from '#contract/uploads.ts'
import { refuse } from '../../../door/refusal.ts'
import { type CurrentAllowances, needsPlan } from '../../workspaces/allowances.ts'

const MiB = 2 ** 20
const GiB = 2 ** 30

/** A model file (SPEC 7). */
export const modelBytesMax = GiB

const words: Record<AssetType, string> = {
  models: 'A model file',
  datasets: 'A dataset file',
  images: 'An image',
  videos: 'A video',
}

const inWords = (bytes: number): string => (bytes < GiB ? `${bytes / MiB} MB` : `${bytes / GiB} GB`)

/** Refuses with file_limit_exceeded what is larger than a file of its kind may be (SPEC 7), and with invalid_request a dataset file
 *  whose name says nothing of its form. */
export const requireFileFits = (
  { assetType, filename, totalBytes }: { assetType: AssetType; filename: string; totalBytes: number },
  { datasetFileBytesMax, nextPlan }: CurrentAllowances,
): void => {
  if (assetType === 'datasets' && !isDatasetFile(filename))
    throw refuse('invalid_request', {
      message: `The name of a dataset file ends in ${datasetEndings.join(', ')}`,
      issues: [{ path: 'filename', message: `must end in ${datasetEndings.join(', ')}` }],
    })
  const most = { models: modelBytesMax, datasets: datasetFileBytesMax, images: 50 * MiB, videos: GiB }[
    assetType
  ]
  if (totalBytes <= most) return
  throw refuse('file_limit_exceeded', {
    message: `${words[assetType]} may have at most ${inWords(most)}`,
    // Only the limit of datasets grows with the plan.
    ...(assetType === 'datasets' ? needsPlan(nextPlan) : {}),
  })
}
