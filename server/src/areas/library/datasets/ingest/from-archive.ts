import { and, eq, inArray } from 'drizzle-orm'
import { classNamesMax } from '#contract/dataset-fields.ts'
import type { Db } from '../../../../cells/database.ts'
import { datasetJobLabels, type IngestPlan } from '../table.ts'
import { readArchive } from './archive.ts'
import { Budget } from './budget.ts'
import { type DataYaml, parseDataYaml } from './data-yaml.ts'
import type { Item } from './item.ts'
import { type Annotations, mappedClass, parseLabels } from './labels.ts'
import { imagePlaceOf, isDataYaml, isImagePath, isYamlPath, labelKeyOf } from './layout.ts'
import { limits } from './limits.ts'
import type { Told } from './plan.ts'
import { FileRefused } from './refused.ts'
import type { SourceFile } from './source-file.ts'
import type { KeepBytes, Taking } from './taking.ts'
import { cutText } from './text.ts'

const tooManyLabels = `The labels in the archive are larger than ${limits.labelTextBytesMax / 2 ** 30} GB together`

/** How many texts of labels wait in memory. */
const labelsAtOnce = 200

/** First reading of an archive: every entry is looked at, so that what is not to be taken in is refused before anything is; labels, which
 *  may come before or after their images, are put aside. Safe to repeat. */
export const scanArchive = async (
  db: Db,
  file: SourceFile,
  jobId: string,
): Promise<{ told: Told; total: number }> => {
  let yaml: DataYaml | undefined
  // By data.yaml itself; until it comes others that name classes are taken for it.
  let isSettled = false
  let [total, hasLabels, isByFolder] = [0, false, true]
  const folders = new Set<string>()
  let [waitingBytes, labelBytes] = [0, 0]
  let waiting: (typeof datasetJobLabels.$inferInsert)[] = []
  const putAside = async () => {
    if (waiting.length > 0) await db.insert(datasetJobLabels).values(waiting).onConflictDoNothing()
    waiting = []
    waitingBytes = 0
  }
  for await (const { segments, read } of readArchive(file, new Budget(file))) {
    const labelKey = labelKeyOf(segments)
    if (isImagePath(segments)) {
      total += 1
      const { folder } = imagePlaceOf(segments)
      if (folder === undefined) isByFolder = false
      else folders.add(cutText(folder, 100))
      if (folders.size > classNamesMax)
        throw new FileRefused(`A dataset has at most ${classNamesMax.toLocaleString('en')} classes`)
    } else if (labelKey !== undefined) {
      const bytes = await read(limits.labelBytesMax)
      if (!bytes?.length) continue
      if (segments.includes('labels')) hasLabels = true
      // What holds this byte is no text.
      if (bytes.includes(0)) continue
      labelBytes += bytes.length
      if (labelBytes > limits.labelTextBytesMax) throw new FileRefused(tooManyLabels)
      waiting.push({ jobId, path: labelKey, lines: bytes.toString('utf8') })
      waitingBytes += bytes.length
      if (waiting.length >= labelsAtOnce || waitingBytes > limits.waitingBytesMax) await putAside()
    } else if (!isSettled && isYamlPath(segments)) {
      isSettled = isDataYaml(segments)
      if (yaml && !isSettled) continue
      const bytes = await read(limits.yamlBytesMax)
      if (isSettled && !bytes)
        throw new FileRefused(`data.yaml is larger than ${limits.yamlBytesMax / 1024} KB`)
      if (bytes) yaml = (isSettled ? parseDataYaml : parseOtherYaml)(bytes.toString('utf8')) ?? yaml
    }
  }
  await putAside()
  return {
    told: { names: [], ...yaml, folders: isByFolder ? [...folders] : [], hasLabels },
    total,
  }
}

/** What a YAML of another name says, if it names classes: archives hold settings and workflows too. */
const parseOtherYaml = (text: string): DataYaml | undefined => {
  try {
    const said = parseDataYaml(text)
    return said.names.length > 0 ? said : undefined
  } catch (problem) {
    if (!(problem instanceof FileRefused)) throw problem
    return undefined
  }
}

/** Second reading: its images with their labels, those before `skip` passed over. */
export async function* imagesOfArchive(
  { db, file, plan, jobId, split, skip }: Taking,
  keep: KeepBytes,
): AsyncGenerator<Item> {
  let number = 0
  for await (const { segments, read } of readArchive(file, new Budget(file))) {
    if (!isImagePath(segments)) continue
    number += 1
    if (number <= skip) continue
    const place = imagePlaceOf(segments)
    const bytes = await read(limits.imageBytesMax)
    const { annotations, badLines } = await labelsOf(db, jobId, plan, place)
    yield {
      name: segments.join('/'),
      split: split ?? place.split,
      file: place.file,
      keep: bytes ? () => keep(bytes) : null,
      annotations,
      badLabels: badLines,
      ...(bytes ? {} : { skip: 'too_large' }),
    }
  }
}

const labelsOf = async (
  db: Db,
  jobId: string,
  plan: IngestPlan,
  { labelKeys, folder }: ReturnType<typeof imagePlaceOf>,
): Promise<{ annotations: Annotations; badLines: number }> => {
  if (plan.task === 'classify') {
    const classId = mappedClass(plan.names.indexOf(cutText(folder ?? '', 100)), plan) ?? -1
    return { annotations: classId < 0 ? {} : { classification: [classId] }, badLines: 0 }
  }
  const found = await db
    .select()
    .from(datasetJobLabels)
    .where(and(eq(datasetJobLabels.jobId, jobId), inArray(datasetJobLabels.path, labelKeys)))
  const likeliest = labelKeys.map((key) => found.find(({ path }) => path === key)).find(Boolean)
  return likeliest ? parseLabels(likeliest.lines, plan) : { annotations: {}, badLines: 0 }
}
