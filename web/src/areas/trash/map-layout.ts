export type Box = { left: number; top: number; width: number; height: number }

/** Where the boxes of a map stand that shows `sizes`, each above 0, by their areas: `width` by `height` is covered to the last spot, in the
 *  order given. Largest first, they come out close to squares. */
export const layOut = (sizes: readonly number[], width: number, height: number): Box[] => {
  const boxes: Box[] = []
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const areas = sizes.map((size) => (size / total) * width * height)
  let free = { left: 0, top: 0, width, height }
  while (boxes.length < areas.length) {
    const side = Math.min(free.width, free.height)
    const rest = areas.slice(boxes.length)
    let row = rest.slice(0, 1)
    // A row takes one more as long as that brings its boxes closer to squares.
    for (let n = 2; n <= rest.length; n++) {
      const longer = rest.slice(0, n)
      if (stretch(longer, side) > stretch(row, side)) break
      row = longer
    }
    const thickness = sum(row) / side
    const upright = free.width >= free.height
    let along = 0
    for (const area of row) {
      const length = area / thickness
      boxes.push(
        upright
          ? { left: free.left, top: free.top + along, width: thickness, height: length }
          : { left: free.left + along, top: free.top, width: length, height: thickness },
      )
      along += length
    }
    free = upright
      ? { ...free, left: free.left + thickness, width: free.width - thickness }
      : { ...free, top: free.top + thickness, height: free.height - thickness }
  }
  return boxes
}

const sum = (areas: readonly number[]): number => areas.reduce((all, area) => all + area, 0)

/** How far the worst box of a row is from a square; 1 is one. */
const stretch = (row: readonly number[], side: number): number => {
  const thickness = sum(row) / side
  return Math.max(...row.map((area) => Math.max(area / thickness ** 2, thickness ** 2 / area)))
}
