import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import type { House } from '../../../house.ts'
import type { DatasetRow } from '../table.ts'
import { lacksOf } from './dataset-view.ts'
import { datasetUrl } from './export-dataset.ts'
import { findDatasetByPath } from './seen-dataset.ts'

/** The signed NDJSON link that a training client is sent to (SPEC 16.6): the caller's own dataset, or a public one. Refuses with
 *  dataset_not_found alike for absent and invisible, with dataset_not_ready while it is processing, and with dataset_not_trainable. */
export const resolveExport = async (
  house: Pick<House, 'directory' | 'cells' | 'clock' | 'keyRing' | 'siteUrl'>,
  reader: Actor,
  { username, dataset }: { username: string; dataset: string },
): Promise<string> => {
  const seen = await findDatasetByPath(house, reader, { owner: username, dataset })
  const url = datasetUrl(house, seen, house.clock.now())
  const missing = missingOf(seen.dataset)
  if (missing) throw refuse('dataset_not_trainable', { message: `This dataset has no ${missing} yet` })
  return url
}

/** What a client could not do without. Of images without a val split it takes a tenth itself, where there are two at least. */
const missingOf = (dataset: DatasetRow): string | undefined => {
  const lacks = lacksOf(dataset)
  if (lacks.includes('train')) return 'images for training'
  if (lacks.includes('val') && dataset.trainCount < 2) return 'images for validation'
  if (lacks.includes('labels')) return 'labels'
  return lacks.includes('classNames') ? 'class names' : undefined
}
