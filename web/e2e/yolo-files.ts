import sharp from 'sharp'
import { zipOf } from '../../server/test/datasets/archives.ts'

/* Small files of the YOLO layout, with pictures of things where the labels say they are. */

type Box = { classId: number; x: number; y: number; w: number; h: number }

const size = { width: 320, height: 240 }
const paints = ['#e07a3f', '#3f7de0', '#5fae57']

/** A street with a box for each thing on it. */
const picture = (seed: number, boxes: readonly Box[]): Promise<Buffer> => {
  const { width, height } = size
  const things = boxes.map(
    ({ classId, x, y, w, h }) =>
      `<rect x="${(x - w / 2) * width}" y="${(y - h / 2) * height}" width="${w * width}" height="${h * height}" rx="6" fill="${paints[classId]}"/>`,
  )
  const sky = `hsl(${(190 + seed * 37) % 360} 40% ${55 + (seed % 4) * 8}%)`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="${width}" height="${height}" fill="${sky}"/>
    <rect y="${height * 0.55}" width="${width}" height="${height * 0.45}" fill="#5b6066"/>
    <path d="M0 ${height * 0.78}H${width}" stroke="#e6e2cf" stroke-width="4" stroke-dasharray="24 18"/>
    ${things.join('')}</svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

/** So many images in train and as many as a third of them in val, each with a car and a van, in a zip with its data.yaml. */
export const aYoloZip = async (count: number): Promise<Buffer> => {
  const entries = [
    { name: 'data.yaml', bytes: 'path: .\ntrain: images/train\nval: images/val\nnames: [car, van]\n' },
  ]
  for (let n = 0; n < count; n++) {
    const split = n % 3 === 2 ? 'val' : 'train'
    const boxes = [
      { classId: 0, x: 0.25 + (n % 5) * 0.03, y: 0.62, w: 0.2, h: 0.16 },
      { classId: 1, x: 0.7, y: 0.7 - (n % 3) * 0.04, w: 0.24, h: 0.24 },
    ]
    const name = `street-${String(n + 1).padStart(3, '0')}`
    const lines = boxes.map(({ classId, x, y, w, h }) => [classId, x, y, w, h].join(' '))
    entries.push(
      { name: `images/${split}/${name}.png`, bytes: (await picture(n, boxes)) as never },
      { name: `labels/${split}/${name}.txt`, bytes: lines.join('\n') },
    )
  }
  return zipOf(entries)
}
