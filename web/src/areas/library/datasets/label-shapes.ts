/* Labels as shapes over an image. Their numbers are parts of its width and height; shapes are in its pixels. */

type Point = readonly [x: number, y: number]

/** One label: the outline of a thing, and for poses its points. */
export type Shape = {
  classId: number
  outline: readonly Point[]
  points: readonly { at: Point; isHidden: boolean }[]
}

type Size = { width: number; height: number }
type KptShape = readonly [count: number, dimensions: number]

/** Kinds of labels that hold points behind a box. */
const posed = new Set(['pose', 'keypoints'])

/** The labels of an image that can be drawn: boxes by middle, width and height; outlines and turned boxes by their corners; points behind a
 *  box. `kptShape` says how many numbers a point has. What is neither is passed over. */
export const shapesOf = (
  annotations: Readonly<Record<string, unknown>>,
  size: Size,
  kptShape: KptShape | undefined,
): Shape[] =>
  Object.entries(annotations).flatMap(([kind, rows]) =>
    Array.isArray(rows) ? rows.flatMap((row) => shapeOf(kind, row, size, kptShape) ?? []) : [],
  )

const shapeOf = (
  kind: string,
  row: unknown,
  size: Size,
  kptShape: KptShape | undefined,
): Shape | undefined => {
  if (!Array.isArray(row) || !row.every((value) => Number.isFinite(value))) return undefined
  const [classId, ...numbers] = row as number[]
  if (classId === undefined) return undefined
  const isPose = posed.has(kind) && numbers.length > 4
  if (isPose || numbers.length === 4)
    return {
      classId,
      outline: cornersOf(numbers, size),
      points: isPose
        ? pointsOf(numbers.slice(4), size, kptShape?.[1] ?? guessDimensions(numbers.length))
        : [],
    }
  if (numbers.length < 6 || numbers.length % 2 === 1) return undefined
  return { classId, outline: pairsOf(numbers, size), points: [] }
}

const cornersOf = ([x = 0, y = 0, w = 0, h = 0]: readonly number[], size: Size): Point[] =>
  pairsOf(
    [x - w / 2, y - h / 2, x + w / 2, y - h / 2, x + w / 2, y + h / 2, x - w / 2, y + h / 2].map(within),
    size,
  )

const within = (part: number): number => Math.min(1, Math.max(0, part))

const pairsOf = (numbers: readonly number[], { width, height }: Size): Point[] =>
  Array.from({ length: Math.floor(numbers.length / 2) }, (_, index) => [
    (numbers[2 * index] ?? 0) * width,
    (numbers[2 * index + 1] ?? 0) * height,
  ])

/** Three numbers a point where that comes out even, as most do. */
const guessDimensions = (count: number): number => ((count - 4) % 3 === 0 ? 3 : 2)

/** Points that are there; one that says it is not is left out, one that is covered is told apart. */
const pointsOf = (numbers: readonly number[], { width, height }: Size, dimensions: number): Shape['points'] =>
  Array.from({ length: Math.floor(numbers.length / dimensions) }, (_, index) => {
    const [x = 0, y = 0, seen = 2] = numbers.slice(index * dimensions, (index + 1) * dimensions)
    return { at: [x * width, y * height] as const, isHidden: seen < 2, isThere: seen > 0 && (x > 0 || y > 0) }
  })
    .filter(({ isThere }) => isThere)
    .map(({ at, isHidden }) => ({ at, isHidden }))

/** How often each class is named by the labels of an image, most often first. */
export const countClasses = (
  annotations: Readonly<Record<string, unknown>>,
): { classId: number; count: number }[] => {
  const counts = new Map<number, number>()
  for (const rows of Object.values(annotations))
    for (const row of Array.isArray(rows) ? rows : []) {
      const classId: unknown = Array.isArray(row) ? row[0] : row
      if (typeof classId === 'number') counts.set(classId, (counts.get(classId) ?? 0) + 1)
    }
  return [...counts]
    .map(([classId, count]) => ({ classId, count }))
    .toSorted((one, other) => other.count - one.count || one.classId - other.classId)
}

/** Where the name of a label stands: at its topmost corner, the left one of two. In parts of the image. */
export const nameplateOf = ({ outline }: Shape, { width, height }: Size): Point => {
  const [x, y] = outline.reduce((best, point) =>
    point[1] < best[1] || (point[1] === best[1] && point[0] < best[0]) ? point : best,
  )
  return [width === 0 ? 0 : within(x / width), height === 0 ? 0 : within(y / height)]
}

export const nameOfClass = (names: readonly string[], classId: number): string =>
  names[classId] ?? `Class ${classId}`

/** Neighbouring classes are far apart on the wheel. */
export const colorOfClass = (classId: number): string =>
  `hsl(${Math.round((25 + classId * 137.508) % 360)} 88% 68%)`
