import type { IngestPlan } from '../table.ts'
import { limits } from './limits.ts'

/* Labels as text beside an image, a line for each thing: the number of its class and where it is, in parts of width and height. */

export type Annotations = Record<string, unknown>
export type Labels = { annotations: Annotations; badLines: number }

/** Rounding may leave a corner a hair outside. */
const tolerance = 0.001

/** Reads the labels of an image for the task of its dataset: boxes for detection, outlines for segmentation, points for poses, turned boxes
 *  for obb. A box stands in for an outline, and the box around an outline for a box. Lines that say nothing valid, and those
 *  beyond what an image holds, are counted. */
export const parseLabels = (text: string, plan: IngestPlan): Labels => {
  const rows: number[][] = []
  let [badLines, bytes] = [0, 0]
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    if (trimmed === '') continue
    const row = rows.length < limits.labelsMax ? parseLine(trimmed, plan) : 'bad'
    if (row === 'left out') continue
    if (row !== 'bad') bytes += rowBytes(row)
    if (row === 'bad' || bytes > limits.annotationBytesMax) badLines += 1
    else rows.push(row)
  }
  const kind = kindOf[plan.task]
  return { annotations: kind && rows.length > 0 ? { [kind]: rows } : {}, badLines }
}

/** What a label takes where it is stored. */
export const rowBytes = (row: unknown): number => JSON.stringify(row).length + 1

export const labelBytesOf = (annotations: Annotations): number =>
  Object.keys(annotations).length === 0 ? 0 : JSON.stringify(annotations).length

const kindOf: Record<string, string | undefined> = {
  classify: 'classification',
  detect: 'boxes',
  segment: 'segments',
  pose: 'pose',
  obb: 'obb',
}

/** The same labels, those of the task first: of several kinds a client takes the first (SPEC 16.6), and the database keeps no order. */
export const taskFirst = (annotations: Annotations, task: string): Annotations => {
  const kind = kindOf[task] ?? ''
  return Object.hasOwn(annotations, kind) ? { [kind]: annotations[kind], ...annotations } : annotations
}

const parseLine = (line: string, plan: IngestPlan): number[] | 'bad' | 'left out' => {
  const [first = '', ...rest] = line.split(/\s+/)
  const inFile = Number(first)
  if (!Number.isInteger(inFile) || inFile < 0 || rest.length > limits.numbersMax) return 'bad'
  const classId = mappedClass(inFile, plan)
  if (classId === undefined) return 'bad'
  const numbers = rest.map(Number)
  const place = placeOf(numbers, plan)
  if (!place) return 'bad'
  return classId < 0 ? 'left out' : [classId, ...place]
}

/** The number of a class here, -1 for one that is left out, undefined for one there is not. */
export const mappedClass = (inFile: number, { classes, isUnnamed }: IngestPlan): number | undefined =>
  isUnnamed ? (inFile < limits.unnamedClassesMax ? (classes[inFile] ?? inFile) : undefined) : classes[inFile]

const placeOf = (numbers: readonly number[], { task, kptShape }: IngestPlan): number[] | undefined => {
  if (!numbers.every(Number.isFinite)) return undefined
  if (task === 'pose') {
    const [count, dimensions] = kptShape ?? [0, 0]
    if (numbers.length !== 4 + count * dimensions || !isBox(numbers)) return undefined
    const points = numbers.slice(4)
    // The third of each point says whether it is seen.
    const isValid = points.every((value, index) =>
      index % dimensions === 2 ? value >= 0 && value <= 2 : isPart(value),
    )
    return isValid
      ? [...numbers.slice(0, 4).map(clamp), ...points.map((v, i) => (i % dimensions === 2 ? v : clamp(v)))]
      : undefined
  }
  if (!numbers.every(isPart)) return undefined
  const parts = numbers.map(clamp)
  if (task === 'obb') return parts.length === 8 ? parts : undefined
  const isOutline = parts.length >= 6 && parts.length % 2 === 0
  if (task === 'segment') return isOutline ? parts : isBox(parts) ? cornersOf(parts) : undefined
  if (parts.length === 4) return isBox(parts) ? parts : undefined
  const around = isOutline ? boxAround(parts) : undefined
  return around && isBox(around) ? around : undefined
}

const isPart = (value: number): boolean => value >= -tolerance && value <= 1 + tolerance
const clamp = (value: number): number => Math.min(1, Math.max(0, value))
const isBox = (numbers: readonly number[]): boolean =>
  numbers.length >= 4 && numbers.slice(0, 4).every(isPart) && (numbers[2] ?? 0) > 0 && (numbers[3] ?? 0) > 0

const cornersOf = ([x = 0, y = 0, w = 0, h = 0]: readonly number[]): number[] | undefined => {
  const [left, top, right, bottom] = [x - w / 2, y - h / 2, x + w / 2, y + h / 2].map(clamp) as [
    number,
    number,
    number,
    number,
  ]
  return [left, top, right, top, right, bottom, left, bottom]
}

const boxAround = (points: readonly number[]): number[] => {
  const xs = points.filter((_, index) => index % 2 === 0)
  const ys = points.filter((_, index) => index % 2 === 1)
  const [left, right] = rangeOf(xs)
  const [top, bottom] = rangeOf(ys)
  return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top]
}

const rangeOf = (values: readonly number[]): [number, number] => [
  values.reduce((least, value) => Math.min(least, value), 1),
  values.reduce((most, value) => Math.max(most, value), 0),
]
