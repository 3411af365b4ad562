import {
  bytesOf,
  ClassName,
  classNamesBytesMax,
  classNamesMax,
  datasetTasks,
} from '#contract/dataset-fields.ts'
import type { DatasetRow } from '../../table.ts'
import type { IngestPlan } from '../table.ts'
import type { DataYaml } from './data-yaml.ts'
import { FileRefused } from './refused.ts'

/** What a file says of itself as a whole. */
export type Told = Partial<DataYaml> & {
  names: string[]
  /** Folders that each hold images of one class, if it is laid out so. */
  folders: string[]
  hasLabels: boolean
}

/** How what a file holds becomes part of a dataset. An empty dataset that nobody gave another task than the usual one takes that of the
 *  file. Classes are brought together by name; those that are new are added at the end, so that labels which are there keep their numbers.
 *  Refuses more classes than a dataset has, and names that are too long together. */
export const planOf = (
  dataset: Pick<DatasetRow, 'task' | 'classNames' | 'kptShape' | 'imageCount'>,
  told: Told,
  classMapping: Record<string, string> = {},
): IngestPlan => {
  const isOpen = dataset.imageCount === 0 && dataset.task === 'detect'
  const task = isOpen ? taskOf(told) : dataset.task
  const names = task === 'classify' && told.folders.length > 0 ? told.folders.toSorted() : told.names
  const kptShape = dataset.kptShape ?? told.kptShape ?? null
  const classNames = [...dataset.classNames]
  const known = new Map(classNames.map((name, index) => [name, index]))
  const numberOf = (name: string): number => {
    const there = known.get(name)
    if (there !== undefined) return there
    if (classNames.length >= classNamesMax)
      throw new FileRefused(`A dataset has at most ${classNamesMax.toLocaleString('en')} classes`)
    known.set(name, classNames.length)
    return classNames.push(name) - 1
  }
  const mappedNumber = (name: string, index: number): number => {
    const asked = ownOf(classMapping, name) ?? ownOf(classMapping, String(index))
    return asked === '' ? -1 : numberOf(asked ?? fittingName(name, index))
  }
  const isNamed = names.length > 0
  const classes = (isNamed ? names : dataset.classNames).map(mappedNumber)
  if (bytesOf(classNames) > classNamesBytesMax)
    throw new FileRefused(`The names of classes are longer than ${classNamesBytesMax / 1024} KB together`)
  const isUnnamed = !isNamed && dataset.classNames.length === 0
  return { task, classNames, names, classes, kptShape, isUnnamed }
}

/** Names come from files: one may be called as what every object has. */
const ownOf = (mapping: Record<string, string>, name: string): string | undefined =>
  Object.hasOwn(mapping, name) ? mapping[name] : undefined

/** A name of a file as the contract has names, or the number of its class where there is none. */
const fittingName = (name: string, index: number): string => {
  const fitting = ClassName.safeParse(name.trim().slice(0, 100).toWellFormed())
  return fitting.success ? fitting.data : `class_${index}`
}

const taskOf = ({ task, kptShape, folders, hasLabels }: Told): string => {
  const named = datasetTasks.find((known) => known === task)
  if (named) return named
  if (kptShape) return 'pose'
  return folders.length > 0 && !hasLabels ? 'classify' : 'detect'
}
