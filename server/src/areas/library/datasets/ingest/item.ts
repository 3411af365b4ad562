import type { SkipReason, Split } from '#contract/dataset-fields.ts'
import type { Kept } from '../files/store-file.ts'
import type { Annotations } from './labels.ts'

/** An image on its way into a dataset. */
export type Item = {
  /** As the file calls it. */
  name: string
  split: Split
  file: string
  /** Stores its bytes, or finds them stored. Null where only labels came, for an image that is there. */
  keep: (() => Promise<Kept>) | null
  annotations: Annotations
  badLabels: number
  /** Left out already, and why. */
  skip?: SkipReason
}

export const skipped = (name: string, skip: SkipReason): Item => ({
  name,
  split: 'train',
  file: name,
  keep: null,
  annotations: {},
  badLabels: 0,
  skip,
})
