import { parse } from 'yaml'
import { z } from 'zod'
import { classNamesMax } from '#contract/dataset-fields.ts'
import { FileRefused } from './refused.ts'
import { cutText } from './text.ts'

export type DataYaml = { names: string[]; kptShape: [number, number] | undefined; task: string | undefined }

const nameLengthMax = 100

/** A list of names, or a map of them by number. A name may look like a number, or like yes and no. */
const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const Names = z.union([
  z.array(Scalar).transform((names) => new Map(names.entries())),
  z
    .record(z.string().regex(/^\d{1,9}$/), Scalar)
    .transform((names) => new Map(Object.entries(names).map(([number, name]) => [Number(number), name]))),
])
const KptShape = z.tuple([z.int().min(1).max(1000), z.union([z.literal(2), z.literal(3)])])

/** What data.yaml says of classes, points and the task. What it says beyond, and what is not as it should be, is passed over. Refuses what is
 *  no YAML, and more classes than a dataset has. */
export const parseDataYaml = (text: string): DataYaml => {
  const said = z.record(z.string(), z.unknown()).catch({}).parse(readYaml(text))
  const names = Names.catch(new Map()).parse(said.names)
  const count = [...names.keys()].reduce((most, n) => Math.max(most, n + 1), 0)
  if (count > classNamesMax)
    throw new FileRefused(`data.yaml names more than ${classNamesMax.toLocaleString('en')} classes`)
  return {
    names: Array.from(
      { length: count },
      (_, n) => cutText(names.get(n) ?? '', nameLengthMax) || `class_${n}`,
    ),
    kptShape: KptShape.optional().catch(undefined).parse(said.kpt_shape),
    task: z.string().optional().catch(undefined).parse(said.task) || undefined,
  }
}

/** Aliases are not followed: nothing in a file can be made to grow. */
const readYaml = (text: string): unknown => {
  try {
    return parse(text, { maxAliasCount: 0, uniqueKeys: false, logLevel: 'error' })
  } catch {
    throw new FileRefused('data.yaml cannot be read as YAML')
  }
}
