import type { Cell } from '../../../../cells/cells.ts'
import type { House } from '../../../../house.ts'
import { imageDigest } from '../files/image-file.ts'
import { ImageProblem } from '../files/prepare-image.ts'
import { dropFiles } from '../files/release-files.ts'
import { type Kept, keepImage } from '../files/store-file.ts'
import type { DatasetJobRow } from '../table.ts'
import type { Item } from './item.ts'
import { labelBytesOf } from './labels.ts'
import { imageNameOf } from './layout.ts'
import { limits } from './limits.ts'
import { type Done, writeBatch } from './write-batch.ts'

type Needs = Pick<House, 'files' | 'keyRing' | 'clock'>

/** Images of a job on their way into the database: their bytes are stored one by one, their rows some at a time. */
export class ImageBatch {
  /** As it was written last. */
  job: DatasetJobRow
  private readonly house: Needs
  private readonly cell: Cell
  private waiting: Done[] = []
  private labelBytes = 0
  /** New files that no image shows yet, by what they hold. */
  private fresh = new Map<string, Kept>()
  private sinceMs = performance.now()
  constructor(house: Needs, cell: Cell, job: DatasetJobRow) {
    this.house = house
    this.cell = cell
    this.job = job
  }

  /** Stores the bytes of an image, or finds them stored. */
  async keep(bytes: Buffer): Promise<Kept> {
    const digest = imageDigest(this.house.keyRing, bytes).toString('base64')
    const known = this.fresh.get(digest)
    if (known) return known
    const kept = await keepImage(this.house, this.cell, bytes, this.house.clock.now())
    if (kept.isNew) this.fresh.set(digest, kept)
    return kept
  }

  async add(item: Item): Promise<void> {
    const done = await this.done(item)
    this.waiting.push(done)
    this.labelBytes += done.labelBytes
    const isDue = performance.now() - this.sinceMs > limits.batchMsMax
    if (isDue || this.labelBytes > limits.batchLabelBytesMax || this.waiting.length >= limits.batchImagesMax)
      await this.write()
  }

  private async done(item: Item): Promise<Done> {
    try {
      const kept = item.skip || !item.keep ? undefined : await item.keep()
      const file = imageNameOf(item.file, kept?.facts.type ?? 'image/jpeg')
      const labelBytes = labelBytesOf(item.annotations)
      return { item: { ...item, file }, kept, labelBytes, skip: item.skip }
    } catch (problem) {
      if (!(problem instanceof ImageProblem)) throw problem
      return { item, kept: undefined, labelBytes: 0, skip: problem.reason }
    }
  }

  async write(): Promise<void> {
    if (this.waiting.length === 0) return
    const { job, unused } = await writeBatch(this.cell, this.job, this.waiting, this.house.clock.now())
    this.job = job
    this.waiting = []
    this.labelBytes = 0
    this.fresh.clear()
    this.sinceMs = performance.now()
    await dropFiles(this.house, this.cell, unused)
  }

  /** Removes what was stored and will not be shown. */
  async discard(): Promise<void> {
    const ids = [...this.fresh.values()].map(({ id }) => id)
    this.fresh.clear()
    this.waiting = []
    await dropFiles(this.house, this.cell, ids)
  }
}
