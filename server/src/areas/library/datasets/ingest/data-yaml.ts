import { classNamesMax } from '#contract/dataset-fields.ts'
import { FileRefused } from './refused.ts'

/* The part of YAML that data.yaml is written in: keys at the left, lists and maps of names below or in brackets. Anchors, tags, several
   documents and nesting are not read, so nothing in a file can be made to grow. */

export type DataYaml = { names: string[]; kptShape: [number, number] | undefined; task: string | undefined }

/** What data.yaml says of classes, points and the task. What it says beyond is passed over. Refuses more classes than a dataset has. */
export const parseDataYaml = (text: string): DataYaml => {
  const sections = sectionsOf(text)
  const names = namesOf(sections.get('names'))
  if (names.length > classNamesMax)
    throw new FileRefused(`data.yaml names more than ${classNamesMax.toLocaleString('en')} classes`)
  const points = itemsOf(sections.get('kpt_shape')).map(({ value }) => Number(value))
  const [count = 0, dimensions = 0] = points
  const isShape = points.length === 2 && Number.isInteger(count) && count > 0 && count <= 1000
  const kptShape =
    isShape && (dimensions === 2 || dimensions === 3) ? ([count, dimensions] as [number, number]) : undefined
  const task = scalarOf(sections.get('task')?.head ?? '')
  return { names, kptShape, task: task || undefined }
}

type Section = { head: string; below: string[] }

const sectionsOf = (text: string): Map<string, Section> => {
  const sections = new Map<string, Section>()
  let current: Section | undefined
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, key, head] = /^["']?([A-Za-z_][\w-]*)["']?\s*:(?:\s+(.*))?$/.exec(line) ?? []
    if (key !== undefined) {
      current = { head: head?.trim() ?? '', below: [] }
      sections.set(key, current)
    } else current?.below.push(line)
  }
  return sections
}

type Item = { key: number | undefined; value: string }

/** The items of a list or of a map with numbers for keys, in brackets over any number of lines or one a line. */
const itemsOf = (section: Section | undefined): Item[] => {
  if (!section) return []
  const inline = [section.head, ...section.below].join(' ').trim()
  const [, open, inside] = /^([[{])([\s\S]*)[\]}]\s*(?:#.*)?$/.exec(inline) ?? []
  if (open !== undefined) return splitAtCommas(inside ?? '').map(open === '[' ? listed : keyed)
  return section.below.map((line) =>
    /^\s*-\s/.test(line) ? listed(line.replace(/^\s*-\s+/, '')) : keyed(line),
  )
}

const listed = (text: string): Item => ({ key: undefined, value: scalarOf(text) })
const keyed = (text: string): Item => {
  const [, key, value] = /^\s*["']?(\d{1,9})["']?\s*:\s*(.*)$/.exec(text) ?? []
  return { key: key === undefined ? undefined : Number(key), value: scalarOf(value ?? text) }
}

const splitAtCommas = (text: string): string[] =>
  (text.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,"'])+|["']/g) ?? []).filter(
    (part) => part.trim() !== '',
  )

const scalarOf = (text: string): string => {
  const trimmed = text.trim()
  const [, double] = /^"((?:[^"\\]|\\.)*)"/.exec(trimmed) ?? []
  if (double !== undefined) return double.replace(/\\(.)/g, '$1')
  const [, single] = /^'((?:[^']|'')*)'/.exec(trimmed) ?? []
  if (single !== undefined) return single.replaceAll("''", "'")
  return trimmed.replace(/\s+#.*$/, '').trim()
}

const namesOf = (section: Section | undefined): string[] => {
  const items = itemsOf(section)
  const names: string[] = []
  for (const [index, { key, value }] of items.entries()) {
    const at = key ?? index
    if (at < classNamesMax) names[at] = value.slice(0, 100)
    else
      throw new FileRefused(
        `data.yaml names a class by a number beyond ${classNamesMax.toLocaleString('en')}`,
      )
  }
  return Array.from(names, (name, index) => name || `class_${index}`)
}
