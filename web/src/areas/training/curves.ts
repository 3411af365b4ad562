/* Plots come from clients as they please. What looks like curves over a common x is drawn; a square of numbers is a
   matrix; anything else is counted, not guessed at. */

type Curve = { label: string; y: (number | null)[] }
export type Plot =
  | { kind: 'curves'; title: string; x: number[]; curves: Curve[]; note?: string }
  | { kind: 'matrix'; title: string; rows: number[][]; names: string[] }

const titles: Record<string, string> = {
  pr_curve: 'Precision over recall',
  f1_curve: 'F1 over confidence',
  p_curve: 'Precision over confidence',
  r_curve: 'Recall over confidence',
  confusion_matrix: 'Confusion matrix',
}

const curvesMax = 12
const matrixMax = 40

const isNumbers = (value: unknown): value is (number | null)[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => item === null || typeof item === 'number')

const isTable = (value: unknown): value is (number | null)[][] =>
  Array.isArray(value) && value.length > 0 && value.every(isNumbers)

const textsOf = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.map(String)
    : value && typeof value === 'object'
      ? Object.values(value).map(String)
      : []

const titleOf = (type: unknown): string => {
  const name = typeof type === 'string' && type ? type : 'Plot'
  const key = name.toLowerCase().replace(/[\s-]+/g, '_')
  const text = name.replace(/[_-]+/g, ' ')
  return titles[key] ?? text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** What can be drawn of one plot; undefined when nothing can. */
export const readPlot = (raw: unknown, classNames: string[]): Plot | undefined => {
  if (!raw || typeof raw !== 'object') return undefined
  const plot = raw as Record<string, unknown>
  const title = titleOf(plot.type ?? plot.name ?? plot.title)
  const names = textsOf(plot.names ?? plot.classes ?? plot.labels ?? plot.classNames)
  const matrix = plot.matrix ?? (plot.x === undefined ? (plot.data ?? plot.values) : undefined)
  if (isTable(matrix) && matrix.length <= matrixMax) {
    return {
      kind: 'matrix',
      title,
      rows: matrix.map((row) => row.map((value) => value ?? 0)),
      names: names.length > 0 ? names : classNames,
    }
  }
  const { x, y } = plot
  if (!isNumbers(x)) return undefined
  const xs = x.map((value) => value ?? Number.NaN)
  const labels = names.length > 0 ? names : classNames
  if (isNumbers(y))
    return {
      kind: 'curves',
      title,
      x: xs,
      curves: [{ label: labels.length === 1 ? labels[0]! : 'All classes', y }],
    }
  if (!isTable(y)) return undefined
  const curves = y
    .slice(0, curvesMax)
    .map((line, index) => ({ label: labels[index] ?? `Class ${index + 1}`, y: line }))
  const note = y.length > curvesMax ? `The first ${curvesMax} of ${y.length} classes.` : undefined
  return { kind: 'curves', title, x: xs, curves: uniquely(curves), note }
}

/** Two classes may share a name; lines may not. */
const uniquely = (curves: Curve[]): Curve[] => {
  const seen = new Map<string, number>()
  return curves.map(({ label, y }) => {
    const count = (seen.get(label) ?? 0) + 1
    seen.set(label, count)
    return { label: count > 1 ? `${label} (${count})` : label, y }
  })
}
