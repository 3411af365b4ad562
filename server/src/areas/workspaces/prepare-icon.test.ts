import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { Refusal } from '../../door/refusal.ts'
import { prepareIcon } from './prepare-icon.ts'

const plain = (width: number, height: number, background = '#c81e1e'): Sharp =>
  sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false })

/** Left half red, right half blue. */
const halves = (width: number, height: number): Sharp =>
  plain(width, height, '#ff0000').composite([
    {
      input: { create: { width: width / 2, height, channels: 3, background: '#0000ff' } },
      gravity: 'east',
    },
  ])

/** Red, green and blue at a place, given in fractions of width and height. */
const colourAt = async (picture: Buffer, x: number, y: number): Promise<number[]> => {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  const start = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels
  return [...data.subarray(start, start + 3)]
}

const nameOf = ([red = 0, , blue = 0]: number[]): string => (red > blue ? 'red' : 'blue')

const reasonOf = async (bytes: Buffer): Promise<string> => {
  const error: unknown = await prepareIcon(bytes).catch((cause: unknown) => cause)
  return error instanceof Refusal ? error.reason : 'not refused'
}

test.each(['png', 'jpeg', 'webp'] as const)('a %s becomes a square WebP', async (format) => {
  const icon = await prepareIcon(await plain(800, 600).toFormat(format).toBuffer())
  expect(await sharp(icon).metadata()).toMatchObject({
    format: 'webp',
    width: 512,
    height: 512,
    space: 'srgb',
  })
})

test.each([
  [1, 1, 1],
  [300, 200, 200],
  [200, 300, 200],
  [512, 4000, 512],
  [4000, 513, 512],
  [5000, 1, 1],
])('%i × %i pixels become a square of %i, never an enlarged one', async (width, height, side) => {
  const icon = await prepareIcon(await plain(width, height).png().toBuffer())
  expect(await sharp(icon).metadata()).toMatchObject({ width: side, height: side })
})

test('what is cut off is the same on both sides', async () => {
  const icon = await prepareIcon(await halves(1200, 400).png().toBuffer())
  expect(nameOf(await colourAt(icon, 0.48, 0.5))).toBe('red')
  expect(nameOf(await colourAt(icon, 0.52, 0.5))).toBe('blue')
})

test.each([
  [1, 'left'],
  [2, 'right'],
  [3, 'right'],
  [4, 'left'],
  [5, 'top'],
  [6, 'top'],
  [7, 'bottom'],
  [8, 'bottom'],
])('a photo with orientation %i is turned so that its first edge is %s', async (orientation, edge) => {
  const icon = await prepareIcon(await halves(800, 400).jpeg().withMetadata({ orientation }).toBuffer())
  const places = { left: [0.1, 0.5], right: [0.9, 0.5], top: [0.5, 0.1], bottom: [0.5, 0.9] } as const
  const red: string[] = []
  for (const [place, [x, y]] of Object.entries(places))
    if (nameOf(await colourAt(icon, x, y)) === 'red') red.push(place)
  expect(red).toContain(edge)
  expect(red).not.toContain({ left: 'right', right: 'left', top: 'bottom', bottom: 'top' }[edge])
  expect((await sharp(icon).metadata()).orientation).toBeUndefined()
})

test('place, names and profiles are gone, and so is what hung behind the picture', async () => {
  const photo = await plain(64, 64)
    .jpeg()
    .withIccProfile('p3')
    .withExif({
      IFD0: { Copyright: 'Anna Meier', Make: 'Camera 9' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' },
    })
    .withXmp(
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>',
    )
    .toBuffer()
  const before = await sharp(photo).metadata()
  expect([before.exif, before.xmp, before.icc].every((part) => part !== undefined)).toBe(true)
  expect(photo.includes('Anna Meier')).toBe(true)

  const icon = await prepareIcon(Buffer.concat([photo, Buffer.from('<script>alert(1)</script>')]))
  const after = await sharp(icon).metadata()
  expect([after.exif, after.xmp, after.icc, after.iptc]).toEqual([undefined, undefined, undefined, undefined])
  for (const trace of ['Anna Meier', 'Camera', 'GPS', 'xmpmeta', 'script'])
    expect(icon.includes(trace), trace).toBe(false)
})

test('colours of another profile look the same in sRGB', async () => {
  const wide = await plain(64, 64, '#ff0000').withIccProfile('p3').png().toBuffer()
  const print = await plain(64, 64, '#ff0000').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
  expect((await colourAt(await prepareIcon(wide), 0.5, 0.5))[0]).toBeGreaterThan(248)
  expect(nameOf(await colourAt(await prepareIcon(print), 0.5, 0.5))).toBe('red')
})

test('transparency stays', async () => {
  const background = { r: 0, g: 0, b: 0, alpha: 0 }
  const glass = await sharp({ create: { width: 40, height: 40, channels: 4, background } })
    .png()
    .toBuffer()
  expect(await sharp(await prepareIcon(glass)).metadata()).toMatchObject({ hasAlpha: true })
})

test('of an animation the first frame is kept', async () => {
  const frames = [
    await plain(40, 40, '#ff0000').png().toBuffer(),
    await plain(40, 40, '#0000ff').png().toBuffer(),
  ]
  const moving = await sharp(frames, { join: { animated: true } })
    .webp({ delay: [100, 100] })
    .toBuffer()
  expect((await sharp(moving).metadata()).pages).toBe(2)

  const icon = await prepareIcon(moving)
  const { pages = 1, width, height } = await sharp(icon).metadata()
  expect([pages, width, height]).toEqual([1, 40, 40])
  expect(nameOf(await colourAt(icon, 0.5, 0.5))).toBe('red')
})

test('a small file that would unpack to more than 50 megapixels is refused', async () => {
  const bomb = await plain(10_000, 5001).png({ compressionLevel: 9 }).toBuffer()
  expect(bomb.length).toBeLessThan(1024 * 1024)
  expect(await reasonOf(bomb)).toBe('image_unreadable')
  expect(await reasonOf(await plain(10_000, 5000).png().toBuffer())).toBe('not refused')
})

test.each(['png', 'jpeg', 'webp'] as const)('a %s that was cut off is refused', async (format) => {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const whole = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#000', noise } })
    .toFormat(format)
    .toBuffer()
  expect(await reasonOf(whole)).toBe('not refused')
  for (const part of [0.02, 0.3, 0.7, 0.95])
    expect(await reasonOf(whole.subarray(0, Math.floor(whole.length * part))), `${part}`).toBe(
      'image_unreadable',
    )
})

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

test.each([
  ['nothing', Buffer.alloc(0)],
  ['SVG', Buffer.from(svg)],
  ['SVG after an XML declaration', Buffer.from(`<?xml version="1.0"?>${svg}`)],
  ['HTML', Buffer.from('<!doctype html><img src=x onerror=alert(1)>')],
  ['HTML behind the first bytes of a PNG', Buffer.concat([signature, Buffer.from('<!doctype html>')])],
  ['PDF', Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>')],
  ['zeros', Buffer.alloc(4096)],
  ['a portable pixmap', Buffer.from('P3 1 1 255 255 0 0\n')],
])('%s is refused', async (_, bytes) => {
  expect(await reasonOf(bytes)).toBe('image_unreadable')
})

test.each(['gif', 'tiff', 'avif'] as const)(
  'a whole %s is refused, though it could be read',
  async (format) => {
    expect(await reasonOf(await plain(40, 40).toFormat(format).toBuffer())).toBe('image_unreadable')
  },
)

test('the log learns why, and the next picture is not kept waiting', async () => {
  const picture = await plain(9, 9).png().toBuffer()
  const [bad, good] = await Promise.allSettled([prepareIcon(Buffer.from(svg)), prepareIcon(picture)])
  expect(bad.status === 'rejected' && bad.reason.cause).toBeInstanceOf(Error)
  expect(good.status).toBe('fulfilled')
})

test('more pictures than may wait are sent away for a while, and none of those before them', async () => {
  const picture = await plain(9, 9).png().toBuffer()
  const prepared = await Promise.allSettled(Array.from({ length: 10 }, () => prepareIcon(picture)))
  expect(prepared.map(({ status }) => status)).toEqual([
    ...Array(8).fill('fulfilled'),
    ...Array(2).fill('rejected'),
  ])
  for (const one of prepared)
    if (one.status === 'rejected')
      expect(one.reason).toMatchObject({ reason: 'store_unavailable', status: 503 })
  await prepareIcon(picture)
})
