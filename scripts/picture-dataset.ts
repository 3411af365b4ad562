import sharp from 'sharp'
import { pack } from 'tar-stream'

const images = 24
const [width, height] = [320, 240]

/** Drawn crossings with two vehicles each and their labels, as an archive of the YOLO layout. */
export const drawnDataset = async (): Promise<Buffer> => {
  const archive = pack()
  archive.entry({ name: 'data.yaml' }, 'names: [truck, car]\n')
  for (let n = 0; n < images; n++) {
    const split = n % 4 === 0 ? 'val' : 'train'
    const vehicles = [
      { kind: 0, x: 40 + ((n * 37) % 90), y: 130 + ((n * 11) % 20), w: 70, h: 44, colour: '#e07b39' },
      { kind: 1, x: 185 + ((n * 23) % 60), y: 170 - ((n * 7) % 25), w: 62, h: 36, colour: '#3f86e0' },
    ]
    const shapes = vehicles.map(
      ({ x, y, w, h, colour }) =>
        `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="6" fill="${colour}"/>`,
    )
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
      <rect width="100%" height="100%" fill="hsl(${(n * 29) % 360} 35% 70%)"/>
      <rect y="120" width="100%" height="120" fill="#565b63"/>
      <path d="M0 180H320" stroke="#f4efe4" stroke-width="4" stroke-dasharray="26 18"/>${shapes.join('')}</svg>`
    const labels = vehicles.map(({ kind, x, y, w, h }) =>
      [kind, (x + w / 2) / width, (y + h / 2) / height, w / width, h / height].join(' '),
    )
    archive.entry(
      { name: `images/${split}/crossing-${n}.jpg` },
      await sharp(Buffer.from(picture)).jpeg().toBuffer(),
    )
    archive.entry({ name: `labels/${split}/crossing-${n}.txt` }, labels.join('\n'))
  }
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
