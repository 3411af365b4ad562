/* Turns whatever metrics a client reports into a few readable charts. Names vary by task and version
   (`train/box_loss`, `metrics/mAP50(B)`, `metrics/accuracy_top1`, `lr/pg0`, `lr`): nothing here relies on a fixed list. */

export type Values = Record<string, number | null>
type Series = { key: string; label: string }
export type Chart = { title: string; series: Series[] }

/** Numbers of a metrics object by name, nested ones joined by a slash. Not finite becomes null, a gap in the line; what is
 *  no number at all is left out. */
export const numbersOf = (metrics: Record<string, unknown>, prefix = ''): Values => {
  const values: Values = {}
  for (const [name, value] of Object.entries(metrics)) {
    const key = prefix + name
    if (value === null) values[key] = null
    else if (typeof value === 'number') values[key] = Number.isFinite(value) ? value : null
    else if (typeof value === 'object' && !Array.isArray(value)) {
      Object.assign(values, numbersOf(value as Record<string, unknown>, `${key}/`))
    }
  }
  return values
}

const parts: Record<string, string> = { B: 'Box quality', M: 'Mask quality', P: 'Keypoint quality' }

/** Where one metric belongs: its chart, its line in it, and how far up the page the chart stands. */
const placeOf = (key: string): { chart: string; label: string; rank: number } => {
  const suffixed = /^metrics\/(.+)\(([A-Z])\)$/.exec(key)
  if (suffixed) {
    const [, name = '', part = ''] = suffixed
    return { chart: parts[part] ?? `Quality (${part})`, label: words(name), rank: 0 }
  }
  const accuracy = /^(?:metrics\/)?accuracy(?:_(.+))?$/.exec(key)
  if (accuracy) return { chart: 'Accuracy', label: words(accuracy[1] ?? 'accuracy'), rank: 0 }
  if (key.startsWith('metrics/')) return { chart: 'Quality', label: words(key.slice(8)), rank: 0 }
  const loss = /^(train|val)\/(.+)$/.exec(key)
  if (loss) return { chart: words(loss[2]!), label: loss[1] === 'train' ? 'Training' : 'Validation', rank: 1 }
  if (key === 'fitness') return { chart: 'Fitness', label: 'Fitness', rank: 2 }
  if (/^lr(\/|$)/.test(key)) return { chart: 'Learning rate', label: key.slice(3) || 'Rate', rank: 3 }
  const slash = key.indexOf('/')
  return slash > 0
    ? { chart: words(key.slice(0, slash)), label: words(key.slice(slash + 1)), rank: 4 }
    : { chart: 'Other', label: words(key), rank: 5 }
}

/** Charts for metrics of these names, the telling ones first. The order of the names does not matter: a database keeps
 *  objects in an order of its own, and a line must not change its colour with it. */
export const chartsOf = (keys: Iterable<string>): Chart[] => {
  const charts = new Map<string, Chart & { rank: number }>()
  for (const key of keys) {
    const { chart, label, rank } = placeOf(key)
    const known = charts.get(chart)
    if (known) known.series.push({ key, label })
    else charts.set(chart, { title: chart, series: [{ key, label }], rank })
  }
  return [...charts.values()]
    .sort((a, b) => a.rank - b.rank || a.title.localeCompare(b.title))
    .map(({ title, series }) => ({ title, series: series.sort((a, b) => a.label.localeCompare(b.label)) }))
}

const longer: Record<string, string> = { cls: 'class', dfl: 'DFL', kobj: 'keypoint object', seg: 'mask' }

/** `box_loss` → "Box loss", `top1` → "Top 1"; names with their own capitals (mAP50) stay as they are. */
const words = (name: string): string => {
  const spaced = name
    .split(/[_/]+/)
    .map((part) => longer[part] ?? part)
    .join(' ')
    .replace(/^top(\d)/, 'top $1')
  return /[A-Z]/.test(spaced) ? spaced : spaced.slice(0, 1).toUpperCase() + spaced.slice(1)
}
