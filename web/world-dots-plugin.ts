import DottedMap from 'dotted-map'
import type { Plugin } from 'vite'

const name = 'virtual:world-dots'

/** How many dots the map is high; its width follows. Fine enough for Italy, coarse enough to be drawn at once. */
const rowCount = 44

/** The part people live in. */
const shown = { lat: { min: -56, max: 74 }, lng: { min: -170, max: 179 } }

/** Where each region's data stands: Iowa, Belgium, Taiwan (SPEC 1.4). */
const homes = {
  us: { lat: 41.9, lng: -93.1 },
  eu: { lat: 50.5, lng: 4.5 },
  ap: { lat: 24.1, lng: 120.7 },
}

/** The longitudes where one region's people end and the next one's begin: the Atlantic, and east of Iran. */
const eastOf = { eu: -26, ap: 62 }

/** Serves the dotted world map as `virtual:world-dots`. The outlines of all countries are 350 kB of script, so the dots are
 *  worked out while building and only they reach the browser. */
export const worldDots = (): Plugin => ({
  name: 'world-dots',
  resolveId: (id) => (id === name ? `\0${name}` : undefined),
  load: (id) => (id === `\0${name}` ? `export const world = ${JSON.stringify(makeWorld())}` : undefined),
})

/** Land as one SVG path for each region: a straight line for every run of neighbouring dots, to be drawn dashed. */
const makeWorld = () => {
  const map = new DottedMap({
    height: rowCount,
    grid: 'vertical',
    region: shown,
    projection: { name: 'miller' },
  })
  const land = new Set(map.getPoints().map(({ x, y }) => `${x} ${y}`))
  const columnOf = (lng: number) => map.getPin({ lat: 0, lng }).x
  const { width, height } = map.image
  const firstEu = columnOf(eastOf.eu)
  const firstAp = columnOf(eastOf.ap)
  const path = (from: number, to: number): string => {
    let d = ''
    for (let y = 0; y < height; y += 1) {
      for (let x = from; x < to; x += 1) {
        if (!land.has(`${x} ${y}`)) continue
        const start = x
        while (x + 1 < to && land.has(`${x + 1} ${y}`)) x += 1
        // A little longer than its dots are apart, or the last one is left out.
        d += `M${start} ${y}h${x - start}.1`
      }
    }
    return d
  }
  const home = (place: { lat: number; lng: number }) => {
    const { x, y } = map.getPin(place)
    return { x, y }
  }
  return {
    width,
    height,
    land: { us: path(0, firstEu), eu: path(firstEu, firstAp), ap: path(firstAp, width + 1) },
    homes: { us: home(homes.us), eu: home(homes.eu), ap: home(homes.ap) },
  }
}
