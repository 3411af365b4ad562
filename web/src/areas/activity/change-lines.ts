import { fullTime } from '../../ui/time.ts'

/** A field that changed: what it was and what it became. Of a long text, what both have alike is folded around what differs. */
export type ChangeLine = { label: string; before: Side; after: Side; isFolded: boolean }
/** A value as text, cut into what the other side has as well and, between, what only this one has. All empty where there is no value. */
export type Side = { head: string; changed: string; tail: string }

/** Below this many characters a value is shown whole. */
const foldedOver = 160
/** How much of what is alike stays on either side of what differs. */
const contextLength = 40

export const changeLine = (
  { field, before, after }: { field: string; before?: unknown; after?: unknown },
  { whole = false } = {},
): ChangeLine => {
  const [was, is] = [valueInWords(before), valueInWords(after)]
  const isLong = Math.max(was.length, is.length) > foldedOver
  const [start, end] = alikeAround(was, is)
  const side = (text: string) => sideOf(text, start, end, isLong && !whole)
  return { label: fieldInWords(field), before: side(was), after: side(is), isFolded: isLong }
}

/** How many characters two texts share at their start and at their end, whole words only. */
const alikeAround = (a: string, b: string): [start: number, end: number] => {
  const shorter = Math.min(a.length, b.length)
  let start = 0
  while (start < shorter && a[start] === b[start]) start += 1
  while (start > 0 && !(isGap(a, start) && isGap(b, start))) start -= 1
  let end = 0
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  while (end > 0 && !(isGap(a, a.length - end) && isGap(b, b.length - end))) end -= 1
  return [start, end]
}

/** Whether no word goes on across this place. */
const isGap = (text: string, at: number): boolean =>
  at === 0 || at === text.length || /\s/.test(text.slice(at - 1, at + 1))

const sideOf = (text: string, start: number, end: number, folded: boolean): Side => {
  const head = text.slice(0, start)
  const changed = text.slice(start, text.length - end)
  const tail = text.slice(text.length - end)
  return folded
    ? { head: lastOf(head), changed: shortened(changed), tail: firstOf(tail) }
    : { head, changed, tail }
}

const lastOf = (text: string): string =>
  text.length > contextLength ? `…${text.slice(-contextLength)}` : text

const firstOf = (text: string): string =>
  text.length > contextLength ? `${text.slice(0, contextLength)}…` : text

const shortened = (text: string): string =>
  text.length > foldedOver ? `${text.slice(0, foldedOver - 1)}…` : text

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

const valueInWords = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'boolean') return value ? 'On' : 'Off'
  if (Array.isArray(value)) return value.map(valueInWords).join(', ')
  if (typeof value === 'object') return Object.keys(value).length ? JSON.stringify(value, null, 2) : ''
  if (typeof value === 'string' && isoTime.test(value) && !Number.isNaN(Date.parse(value)))
    return fullTime(new Date(value))
  if (value === 'public' || value === 'private') return value === 'public' ? 'Public' : 'Private'
  return String(value)
}

/** Names that splitting the field's own does not give. */
const fields: Record<string, string> = {
  slug: 'Page address',
  iconColor: 'Colour',
  iconLetter: 'Initials',
  github: 'GitHub',
  linkedin: 'LinkedIn',
  youtube: 'YouTube',
  scholar: 'Google Scholar',
  twitter: 'X',
  datasetSlug: 'Dataset',
  expiresAt: 'Ends',
  allowedAddresses: 'Allowed addresses',
  earlyAccess: 'Early access',
}

const fieldInWords = (field: string): string => {
  const words =
    fields[field] ??
    field.replace(/([a-z\d])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1).replaceAll('_', ' ')
}
