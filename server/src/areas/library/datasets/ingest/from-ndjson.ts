import { splits } from '#contract/dataset-fields.ts'
import type { Kept } from '../files/store-file.ts'
import type { IngestPlan } from '../table.ts'
import { causeOf } from './archive.ts'
import { type Item, skipped } from './item.ts'
import { type Annotations, mappedClass, rowBytes } from './labels.ts'
import { fileNameOf } from './layout.ts'
import { limits } from './limits.ts'
import type { Told } from './plan.ts'
import { readLines } from './read-lines.ts'
import { FileRefused } from './refused.ts'
import type { SourceFile } from './source-file.ts'
import type { KeepBytes, Taking } from './taking.ts'
import { cutText } from './text.ts'

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectOf = (line: Buffer): Json | undefined => {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** First reading of NDJSON: the record of the dataset in its first line, and how many lines follow. Refuses a file that begins otherwise,
 *  and lines that are too long, before anything is taken in. */
export const scanNdjson = async (file: SourceFile): Promise<{ told: Told; total: number }> => {
  let head: Json | undefined
  let total = 0
  try {
    for await (const { line } of readLines(file))
      if (head) total += 1
      else {
        head = objectOf(line)
        if (head?.type !== 'dataset')
          throw new FileRefused('The first line is not the record of a dataset: {"type":"dataset", …}')
      }
  } catch (error) {
    throw causeOf(file, error)
  }
  if (!head) throw new FileRefused('The file is empty')
  const { task, class_names, kpt_shape } = head
  const [count, dimensions] = Array.isArray(kpt_shape) ? kpt_shape : []
  return {
    told: {
      names: namesOf(class_names),
      task: typeof task === 'string' ? task : undefined,
      kptShape: isCount(count) && (dimensions === 2 || dimensions === 3) ? [count, dimensions] : undefined,
      folders: [],
      hasLabels: true,
    },
    total,
  }
}

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= 1000

const namesOf = (names: unknown): string[] => {
  const found: string[] = []
  for (const [key, name] of Object.entries(isObject(names) || Array.isArray(names) ? names : {}))
    if (/^\d{1,5}$/.test(key) && typeof name === 'string') found[Number(key)] = cutText(name.trim(), 100)
  return Array.from(found, (name, index) => name || `class_${index}`)
}

/** Second reading: its images, those before `skip` passed over. `follow` finds an image by a link of ours. */
export async function* imagesOfNdjson(
  { file, plan, split, skip }: Taking,
  keep: KeepBytes,
  follow: (url: string) => Promise<(() => Promise<Kept>) | 'link_not_ours' | 'link_expired'>,
): AsyncGenerator<Item> {
  let number = -1
  try {
    for await (const { number: lineNumber, line } of readLines(file)) {
      number += 1
      if (number === 0 || number <= skip) continue
      const record = objectOf(line)
      const name = `line ${lineNumber}`
      if (record?.type !== 'image') yield skipped(name, 'bad_line')
      else if (typeof record.file !== 'string' || record.file === '') yield skipped(name, 'bad_name')
      else yield await itemOf(record, record.file, plan, split, keep, follow)
    }
  } catch (error) {
    throw causeOf(file, error)
  }
}

const itemOf = async (
  { url, split: told, annotations }: Json,
  name: string,
  plan: IngestPlan,
  split: Taking['split'],
  keep: KeepBytes,
  follow: Parameters<typeof imagesOfNdjson>[2],
): Promise<Item> => {
  const labels = annotationsOf(annotations, plan)
  const item = {
    name: cutText(name, 200),
    split: split ?? splits.find((each) => each === told) ?? 'train',
    file: fileNameOf(name.split(/[\\/]/).slice(-1)),
    keep: null,
    ...labels,
  }
  if (item.file === '') return skipped(item.name, 'bad_name')
  if (url === undefined || url === null) return item
  if (typeof url !== 'string') return skipped(item.name, 'link_not_ours')
  const [, data] = /^data:image\/[a-z+.-]{1,20};base64,([A-Za-z0-9+/=]*)$/.exec(url) ?? []
  if (data !== undefined) return { ...item, keep: () => keep(Buffer.from(data, 'base64')) }
  const found = await follow(url)
  return typeof found === 'string' ? skipped(item.name, found) : { ...item, keep: found }
}

/** How many kinds of labels an image has at most, and how they are called. */
const kindsMax = 8
const kindPattern = /^[a-z][a-z_]{0,31}$/

/** The labels of a record, their classes as they are numbered here. What says nothing valid is counted and left out. */
const annotationsOf = (told: unknown, plan: IngestPlan): { annotations: Annotations; badLabels: number } => {
  const annotations: Annotations = {}
  let [badLabels, bytes] = [0, 0]
  const kinds = isObject(told) ? Object.entries(told).slice(0, kindsMax) : []
  for (const [kind, value] of kinds) {
    const rows = Array.isArray(value) ? value.slice(0, limits.labelsMax) : []
    const mapped = rows.map((row) =>
      Array.isArray(row) ? mappedRow(row, plan) : mappedRow([row], plan)?.[0],
    )
    const valid = mapped.filter(
      (row) => row !== undefined && row !== -1 && !(Array.isArray(row) && row[0] === -1),
    )
    badLabels += mapped.filter((row) => row === undefined).length
    if (!kindPattern.test(kind)) continue
    const fitting = valid.filter((row) => {
      bytes += rowBytes(row)
      return bytes <= limits.annotationBytesMax
    })
    badLabels += valid.length - fitting.length
    if (fitting.length > 0) annotations[kind] = fitting
  }
  return { annotations, badLabels }
}

const mappedRow = (row: readonly unknown[], plan: IngestPlan): number[] | undefined => {
  const [inFile, ...rest] = row
  if (!Number.isInteger(inFile) || Number(inFile) < 0 || rest.length > limits.numbersMax) return undefined
  const classId = mappedClass(Number(inFile), plan)
  if (
    classId === undefined ||
    !rest.every((value) => Number.isFinite(value) && Math.abs(Number(value)) < 1e6)
  )
    return undefined
  return [classId, ...rest.map(Number)]
}
