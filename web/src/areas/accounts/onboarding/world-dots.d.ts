/** Made while building, by web/world-dots-plugin.ts. */
declare module 'virtual:world-dots' {
  type EachRegion<T> = { us: T; eu: T; ap: T }

  /** One unit is the distance between two dots. `land` holds SVG paths of horizontal lines, one for each run of dots. */
  export const world: {
    width: number
    height: number
    land: EachRegion<string>
    homes: EachRegion<{ x: number; y: number }>
  }
}
