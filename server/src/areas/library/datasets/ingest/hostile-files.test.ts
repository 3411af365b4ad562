import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPicture, tarOf, tgzOf, zipOf } from '../../../../../test/datasets/archives.ts'
import { aDataset, nothing, shown, takenIn, tracesOf } from '../../../../../test/datasets/taking-in.ts'
import { aPerson, type Person } from '../../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../../test/test-house.ts'
import { limits } from './limits.ts'

let house: TestHouse
let person: Person
let picture: Buffer
let number = 0

beforeAll(async () => {
  house = await startTestHouse()
  person = await aPerson(house)
  picture = await aPicture(1)
})
afterAll(() => house.stop())

/** Takes a file in and expects that it is refused in these words, and that nothing of it stays. */
const expectRefused = async (filename: string, file: Buffer, words: RegExp) => {
  const id = await aDataset(person, `hostile-${++number}`)
  const dataset = await takenIn(house, person, id, filename, file)
  expect(dataset).toMatchObject({ status: 'failed', imageCount: 0, job: { status: 'failed' } })
  expect(dataset.job.error).toMatch(words)
  expect(await tracesOf(house, person.userId)).toEqual(nothing)
  return dataset
}

const links = { symlink: 0o120777, device: 0o020666, fifo: 0o010666, socket: 0o140777 }

test.each([
  ['a way up', '../evil.png', /leads out of it/],
  ['a way up in the middle', 'images/../../evil.png', /leads out of it/],
  ['a way up with backslashes', 'images\\..\\..\\evil.png', /leads out of it/],
  ['an absolute path', '/etc/evil.png', /leads out of it|absolute/],
  ['a drive', 'C:/evil.png', /leads out of it|absolute/],
  ['a path longer than any', `${'a/'.repeat(10)}${'b'.repeat(1100)}.png`, /longer than/],
  ['folders in folders', `${'a/'.repeat(40)}b.png`, /folders inside each other/],
  ['a character that ends texts', 'images/a\u0000.png', /characters/],
])('a zip with %s is refused', async (_, name, words) => {
  await expectRefused(
    'set.zip',
    zipOf([
      { name: 'images/train/ok.png', bytes: picture },
      { name, bytes: picture },
    ]),
    words,
  )
})

test.each(Object.entries(links))('a zip with a %s is refused', async (_, mode) => {
  const entries = [
    { name: 'images/train/ok.png', bytes: picture },
    { name: 'images/train/x.png', bytes: '/etc/passwd', mode },
  ]
  await expectRefused('set.zip', zipOf(entries), /link or a device/)
})

test.each(['symlink', 'link', 'character-device', 'block-device', 'fifo'] as const)(
  'a tar with a %s is refused, packed or not',
  async (type) => {
    const members = [
      { name: 'images/train/ok.png', bytes: picture },
      { name: 'images/train/x.png', type, linkname: '/etc/passwd' },
    ]
    await expectRefused('set.tar', await tarOf(members), /link or a device/)
    await expectRefused('set.tar.gz', await tgzOf(members), /link or a device/)
  },
)

test.each(['../x.png', '/etc/x.png', 'a/../../x.png'])('a tar with the path %s is refused', async (name) => {
  await expectRefused(
    'set.tgz',
    await tgzOf([
      { name: 'images/ok.png', bytes: picture },
      { name, bytes: picture },
    ]),
    /leads out of it|absolute/,
  )
})

/** A member of a tar that tells something of the next one, or of all that follow. */
const paxMember = async (type: 'g' | 'x', bytes: number) => {
  const record = `${bytes} comment=`
  const text = `${record}${'x'.repeat(bytes - record.length - 1)}\n`
  const member = await tarOf([{ name: 'pax', bytes: text }])
  member.write(type, 156, 'latin1')
  member.write('        ', 148, 'latin1')
  const sum = member.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  member.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return member.subarray(0, -1024)
}

test.each([
  ['g', 2000],
  ['x', 100_000],
] as const)('a tar with a header of kind %s and %i bytes is refused', async (type, bytes) => {
  const image = await tarOf([{ name: 'images/ok.png', bytes: picture }])
  await expectRefused(
    'set.tar',
    Buffer.concat([await paxMember(type, bytes), image]),
    /header that is larger/,
  )
})

test('a tar that a version control system packed, with its mark for all members, is taken in', async () => {
  const image = await tarOf([{ name: 'images/ok.png', bytes: picture }])
  const file = Buffer.concat([await paxMember('g', 60), image])
  const dataset = await takenIn(house, person, await aDataset(person, 'marked'), 'set.tar', file)
  expect(dataset).toMatchObject({ status: 'ready', imageCount: 1 })
  await person.call('DELETE', `/api/datasets/${dataset._id}`)
  await person.call('DELETE', '/api/trash', { id: dataset._id, type: 'dataset' })
  await house.runJobs()
})

test('a data.yaml larger than any is refused', async () => {
  const yaml = Buffer.alloc(limits.yamlBytesMax + 1, '#')
  const entries = [
    { name: 'images/a.png', bytes: picture },
    { name: 'data.yaml', bytes: yaml, store: true },
  ]
  await expectRefused('set.zip', zipOf(entries), /data\.yaml is larger than 256 KB/)
})

test('a path of more bytes than the database finds again is refused', async () => {
  const name = `labels/${'\u{20000}'.repeat(300)}.txt`
  await expectRefused('set.zip', zipOf([{ name, bytes: '0 0.5 0.5 0.1 0.1' }]), /longer than 1024 bytes/)
})

test.each([
  ['a null byte', 'a\\u0000b'],
  ['half a character', 'a\\ud83d'],
  ['a character that is cut in two', `${'x'.repeat(99)}\\ud83d\\ude00`],
])('names with %s are taken in as far as they can be kept', async (_, name) => {
  const url = `data:image/png;base64,${picture.toString('base64')}`
  const lines = [
    `{"type":"dataset","task":"detect","class_names":{"0":"${name}"}}`,
    `{"type":"image","file":"${name}.png","url":"${url}","annotations":{"boxes":[[0,0.5,0.5,0.1,0.1]]}}`,
    `{"type":"image","file":"${name}.gif","url":"${name}","annotations":{}}`,
  ]
  const id = await aDataset(person, `named-${++number}`)
  const dataset = await takenIn(house, person, id, 'set.ndjson', Buffer.from(lines.join('\n')))
  expect(dataset).toMatchObject({ status: 'ready', imageCount: 1, annotationCount: 1, classCount: 1 })
  const yaml = `names: ["${name.replaceAll('\\ud83d\\ude00', '\u{1f600}')}"]\n`
  const entries = [
    { name: 'images/a.png', bytes: await aPicture(50) },
    { name: 'data.yaml', bytes: yaml },
  ]
  expect((await takenIn(house, person, id, 'set.zip', zipOf(entries))).job.status).toBe('completed')
  await person.call('DELETE', `/api/datasets/${id}`)
  await person.call('DELETE', '/api/trash', { id, type: 'dataset' })
  await house.runJobs()
})

test('an encrypted zip is refused', async () => {
  await expectRefused(
    'set.zip',
    zipOf([{ name: 'images/a.png', bytes: picture, encrypted: true }]),
    /encrypted/,
  )
})

test('a zip that says less than it unpacks to is refused, and so is one with another checksum', async () => {
  const lying = { name: 'labels/a.txt', bytes: Buffer.alloc(10 ** 6), uncompressedSize: 100 }
  await expectRefused('set.zip', zipOf([{ name: 'images/a.png', bytes: picture }, lying]), /broken/)
  const wrong = { name: 'images/a.png', bytes: picture, crc: 1 }
  await expectRefused('set.zip', zipOf([wrong]), /checksum/)
})

test('a zip whose entries share their bytes is refused', async () => {
  const zeros = Buffer.alloc(2 ** 20)
  const entries = Array.from({ length: 2000 }, (_, index) => ({
    name: `labels/${index}.txt`,
    bytes: zeros,
    shared: index > 0,
  }))
  await expectRefused('set.zip', zipOf([{ name: 'images/a.png', bytes: picture }, ...entries]), /overlap/)
})

test('what unpacks to more than a hundred times its size is refused while it is unpacked', async () => {
  const zeros = Buffer.alloc(2 ** 20)
  const entries = Array.from({ length: 300 }, (_, index) => ({ name: `labels/${index}.txt`, bytes: zeros }))
  await expectRefused('set.zip', zipOf(entries), /unpacks to more than/)
  const members = entries.map(({ name }) => ({ name: `${name}.bin`, bytes: zeros }))
  await expectRefused('set.tgz', await tgzOf(members), /unpacks to more than/)
}, 60_000)

test('a million empty files are refused', async () => {
  const block = Buffer.alloc(512)
  const [member] = [await tarOf([{ name: 'labels/0000000.txt', mtime: new Date(0) }])]
  member.copy(block, 0, 0, 512)
  const many = Buffer.concat(Array.from({ length: 1000 }, () => block))
  const thousandTimes = (function* () {
    for (let time = 0; time < 1000; time++) yield many
    yield Buffer.alloc(1024)
  })()
  const file = await buffer(Readable.from(thousandTimes).pipe(createGzip({ level: 1 })))
  await expectRefused('set.tgz', file, /empty files|unpacks to more than/)
  const empty = Array.from({ length: 20_000 }, (_, index) => ({ name: `labels/${index}.txt`, store: true }))
  const dataset = await expectRefused('set.zip', zipOf(empty), /holds no image/)
  expect(dataset.job.total).toBe(0)
}, 120_000)

test('labels that are larger together than any set has are refused before the database holds them', async () => {
  const { labelTextBytesMax } = limits
  limits.labelTextBytesMax = 100_000
  const entries = [1, 2].map((n) => ({ name: `labels/${n}.txt`, bytes: '0 0.5 0.5 0.1 0.1\n'.repeat(3000) }))
  try {
    await expectRefused('set.zip', zipOf(entries), /labels in the archive are larger than/)
  } finally {
    limits.labelTextBytesMax = labelTextBytesMax
  }
})

test('archives in archives are not read', async () => {
  const inner = zipOf([{ name: 'images/a.png', bytes: picture }])
  await expectRefused('set.zip', zipOf([{ name: 'images/inner.zip', bytes: inner }]), /holds no image/)
})

test('a file that is cut short, or something else than its name says, is refused', async () => {
  const zip = zipOf([
    { name: 'images/a.png', bytes: picture },
    { name: 'images/b.png', bytes: await aPicture(2) },
  ])
  const tgz = await tgzOf([
    { name: 'images/a.png', bytes: picture },
    { name: 'images/b.png', bytes: Buffer.alloc(9000) },
  ])
  const tar = await tarOf([
    { name: 'images/a.png', bytes: picture },
    { name: 'images/b.png', bytes: Buffer.alloc(9000) },
  ])
  await expectRefused('set.zip', zip.subarray(0, -30), /broken or cut short/)
  await expectRefused('set.tgz', tgz.subarray(0, -20), /broken or cut short/)
  await expectRefused('set.tar', tar.subarray(0, 3000), /broken or cut short/)
  await expectRefused('set.zip', tgz, /broken or cut short/)
  await expectRefused('set.tar', zip, /broken or cut short/)
  await expectRefused('set.ndjson', zip, /first line is not the record/)
})

test('NDJSON with a line larger than any is refused before it is in memory', async () => {
  const head = '{"type":"dataset","task":"detect","class_names":{"0":"a"}}\n'
  const line = `${head}{"type":"image","file":"${'x'.repeat(limits.lineBytesMax)}"}\n`
  await expectRefused('set.ndjson', Buffer.from(line), /Line 2 is longer than 2 MB/)
})

test('pictures that are too small, too large when unpacked, broken or none are left out and told of', async () => {
  const id = await aDataset(person, 'mixed')
  const header = Buffer.from(picture)
  header.writeUInt32BE(60_000, 16)
  header.writeUInt32BE(60_000, 20)
  const { crc32 } = await import('node:zlib')
  header.writeUInt32BE(crc32(header.subarray(12, 29)), 29)
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>'
  const entries = [
    { name: 'images/train/fine.png', bytes: picture },
    { name: 'images/train/tiny.png', bytes: await aPicture(3, { width: 27 }) },
    { name: 'images/train/bomb.png', bytes: header },
    { name: 'images/train/cut.png', bytes: (await aPicture(4)).subarray(0, 70) },
    { name: 'images/train/text.png', bytes: 'no picture' },
    { name: 'images/train/drawing.png', bytes: svg },
  ]
  const dataset = await takenIn(house, person, id, 'set.zip', zipOf(entries))
  expect(dataset).toMatchObject({
    status: 'ready',
    imageCount: 1,
    job: { status: 'completed', processed: 6, skipped: 5 },
  })
  expect(dataset.job.report.skipped).toEqual({ too_small: 1, too_large: 1, unreadable: 1, unsupported: 2 })
  expect(dataset.job.report.examples[0]).toEqual({ file: 'images/train/tiny.png', reason: 'too_small' })
  expect((await tracesOf(house, person.userId)).files).toBe(1)
})

test('a second file that is refused leaves the dataset as it was', async () => {
  const id = await aDataset(person, 'kept-whole')
  await takenIn(house, person, id, 'set.zip', zipOf([{ name: 'images/train/a.png', bytes: picture }]))
  const before = await tracesOf(house, person.userId)
  const entries = [
    { name: 'images/train/b.png', bytes: await aPicture(9) },
    { name: 'images/train/c.png', bytes: picture, crc: 7 },
  ]
  const dataset = await takenIn(house, person, id, 'set.zip', zipOf(entries), { conflictPolicy: 'replace' })
  expect(dataset).toMatchObject({ status: 'ready', imageCount: 1, job: { status: 'failed' } })
  expect(await tracesOf(house, person.userId)).toEqual(before)
  expect(await shown(person, id)).toMatchObject({ splits: { train: 1, val: 0, test: 0 } })
})
