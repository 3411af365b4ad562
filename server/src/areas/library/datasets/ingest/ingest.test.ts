import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPicture, tarOf, tgzOf, zipOf } from '../../../../../test/datasets/archives.ts'
import {
  aDataset,
  ingest,
  shown,
  takenIn,
  tracesOf,
  uploaded,
} from '../../../../../test/datasets/taking-in.ts'
import { aPerson, type Person } from '../../../../../test/people.ts'
import { aTeam } from '../../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../../test/test-house.ts'
import { workspaces } from '../../../workspaces/table.ts'

let house: TestHouse
let person: Person

beforeAll(async () => {
  house = await startTestHouse()
  person = await aPerson(house)
})
afterAll(() => house.stop())

const pictures = (count: number, from = 0) =>
  Promise.all(Array.from({ length: count }, (_, n) => aPicture(from + n)))
const imagesOf = async (id: string, by: Person = person) =>
  (await by.call('GET', `/api/datasets/${id}/images?limit=200`)).json().images
const yaml = 'path: .\ntrain: images/train\nnames:\n  0: cat\n  1: "dog: big"\n'

test('a zip of the usual layout gives images in their splits, with labels and the names of data.yaml', async () => {
  const [a, b, c] = await pictures(3)
  const id = await aDataset(person, 'usual')
  const dataset = await takenIn(
    house,
    person,
    id,
    'set.zip',
    zipOf([
      { name: 'coco/' },
      { name: 'coco/images/train/a.png', bytes: a! },
      { name: 'coco/images/val2017/b.png', bytes: b! },
      { name: 'coco/images/test/c.png', bytes: c! },
      {
        name: 'coco/labels/train/a.txt',
        bytes: '0 0.5 0.5 0.25 0.25\n1 0.1 0.1 0.9 0.1 0.9 0.9\n7 0.5 0.5 0.1 0.1\nx\n',
      },
      { name: 'coco/labels/val2017/b.txt', bytes: '' },
      { name: 'coco/data.yaml', bytes: yaml },
      { name: '__MACOSX/coco/images/train/._a.png', bytes: 'x' },
    ]),
  )
  expect(dataset).toMatchObject({
    status: 'ready',
    task: 'detect',
    classNames: ['cat', 'dog: big'],
    imageCount: 3,
    annotationCount: 2,
    labelledCount: 1,
    splits: { train: 1, val: 1, test: 1 },
    trainable: true,
    lacks: [],
    job: { status: 'completed', processed: 3, total: 3, skipped: 0, report: { badLabels: 2 } },
  })
  const [first] = await imagesOf(id)
  expect(first).toMatchObject({ file: 'a.png', split: 'train', width: 64, height: 48 })
  expect(first.annotations.boxes[0]).toEqual([0, 0.5, 0.5, 0.25, 0.25])
  expect(first.annotations.boxes[1].map((value: number) => Math.round(value * 100) / 100)).toEqual([
    1, 0.5, 0.5, 0.8, 0.8,
  ])
  const { events } = (await person.call('GET', '/api/activity?limit=1')).json()
  expect(events[0]).toMatchObject({
    resourceType: 'dataset',
    action: 'completed',
    metadata: { images: 3, skipped: 0 },
  })
  // The file it came in is not kept, and does not count.
  expect(await tracesOf(house, person.userId)).toMatchObject({ uploads: 0, labels: 0, images: 3 })
})

test('tar archives, packed or not, with labels before or after their images and the split first, do alike', async () => {
  const [a, b] = await pictures(2, 10)
  const members = [
    { name: 'labels/train/a.txt', bytes: '0 0.5 0.5 0.2 0.2' },
    { name: 'images/train/a.png', bytes: a! },
    { name: 'valid/images/b.png', bytes: b! },
    { name: 'valid/labels/b.txt', bytes: '1 0.5 0.5 0.2 0.2' },
    { name: 'data.yaml', bytes: 'nc: 2\nnames: ["cat", dog] # two\n' },
  ]
  for (const [slug, filename, file] of [
    ['in-tar', 'set.tar', await tarOf(members)],
    ['in-tgz', 'set.tar.gz', await tgzOf(members)],
  ] as const) {
    const dataset = await takenIn(house, person, await aDataset(person, slug), filename, file)
    expect(dataset).toMatchObject({
      classNames: ['cat', 'dog'],
      labelledCount: 2,
      splits: { train: 1, val: 1, test: 0 },
    })
  }
})

test('folders of classes make an empty dataset one for classification', async () => {
  const [a, b, c] = await pictures(3, 20)
  const id = await aDataset(person, 'kinds')
  const dataset = await takenIn(
    house,
    person,
    id,
    'set.tar',
    await tarOf([
      { name: 'train/dog/1.png', bytes: a! },
      { name: 'train/cat/1.png', bytes: b! },
      { name: 'val/cat/1.png', bytes: c! },
    ]),
  )
  expect(dataset).toMatchObject({ task: 'classify', classNames: ['cat', 'dog'], labelledCount: 3 })
  expect(
    (await imagesOf(id)).map((image: { file: string; annotations: unknown }) => [
      image.file,
      image.annotations,
    ]),
  ).toEqual([
    ['dog-1.png', { classification: [1] }],
    ['cat-1.png', { classification: [0] }],
    ['cat-1.png', { classification: [0] }],
  ])
})

test('poses, outlines and turned boxes are read as their task has them, and classes without names are numbered', async () => {
  const [a, b, c] = await pictures(3, 30)
  const pose = await takenIn(
    house,
    person,
    await aDataset(person, 'poses'),
    'set.zip',
    zipOf([
      { name: 'a.png', bytes: a! },
      { name: 'a.txt', bytes: '0 0.5 0.5 0.2 0.2 0.1 0.1 2 0.2 0.2 0\n0 0.5 0.5 0.2 0.2 0.1' },
      { name: 'data.yaml', bytes: 'kpt_shape: [2, 3]\nnames: [person]' },
    ]),
  )
  expect(pose).toMatchObject({
    task: 'pose',
    kptShape: [2, 3],
    annotationCount: 1,
    job: { report: { badLabels: 1 } },
  })
  const outlines = await aDataset(person, 'outlines', { task: 'segment' })
  const segment = await takenIn(
    house,
    person,
    outlines,
    'set.zip',
    zipOf([
      { name: 'a.png', bytes: b! },
      { name: 'a.txt', bytes: '3 0.1 0.1 0.2 0.1 0.2 0.2\n1 0.5 0.5 1 1' },
    ]),
  )
  expect(segment).toMatchObject({
    classNames: ['class_0', 'class_1', 'class_2', 'class_3'],
    annotationCount: 2,
  })
  expect((await imagesOf(outlines))[0].annotations.segments[1]).toEqual([1, 0, 0, 1, 0, 1, 1, 0, 1])
  const turned = await takenIn(
    house,
    person,
    await aDataset(person, 'turned', { task: 'obb', classNames: ['ship'] }),
    'set.zip',
    zipOf([
      { name: 'a.png', bytes: c! },
      { name: 'a.txt', bytes: '0 0.1 0.1 0.2 0.1 0.2 0.2 0.1 0.2\n0 0.5 0.5 0.1 0.1' },
    ]),
  )
  expect(turned).toMatchObject({ annotationCount: 1, job: { report: { badLabels: 1 } } })
})

test('a name that is there already is passed over, kept beside, or replaced, as was asked', async () => {
  const [a, b, c] = await pictures(3, 40)
  const id = await aDataset(person, 'conflicts', { classNames: ['cat'] })
  const withPicture = (bytes: Buffer, label: string) =>
    zipOf([
      { name: 'images/train/a.png', bytes },
      { name: 'labels/train/a.txt', bytes: label },
    ])
  await takenIn(house, person, id, 'set.zip', withPicture(a!, '0 0.5 0.5 0.1 0.1'))
  const before = (await person.call('POST', `/api/datasets/${id}/export`, {})).json()

  const passed = await takenIn(house, person, id, 'set.zip', withPicture(b!, ''))
  expect(passed.job).toMatchObject({
    status: 'failed',
    error: expect.stringContaining('all were there already'),
  })
  const both = await takenIn(house, person, id, 'set.zip', withPicture(b!, '0 0.5 0.5 0.2 0.2'), {
    conflictPolicy: 'keep_both',
  })
  expect(both).toMatchObject({ imageCount: 2, splits: { train: 2 } })
  expect((await imagesOf(id)).map(({ file }: { file: string }) => file).sort()).toEqual([
    expect.stringMatching(/^a-[0-9a-f]{8}\.png$/),
    'a.png',
  ])
  const replaced = await takenIn(house, person, id, 'set.zip', withPicture(c!, '0 0.5 0.5 0.3 0.3'), {
    conflictPolicy: 'replace',
  })
  expect(replaced).toMatchObject({ imageCount: 2, annotationCount: 2 })
  expect(
    (await imagesOf(id))
      .map((image: { annotations: { boxes: number[][] } }) => image.annotations.boxes[0]![4])
      .toSorted(),
  ).toEqual([0.2, 0.3])

  // The version shows what was replaced, with its picture.
  const link = new URL(
    (await person.call('GET', `/api/datasets/${id}/export?v=${before.version}`)).json().downloadUrl,
  )
  const lines = (await house.http.inject(link.pathname + link.search)).body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toHaveLength(2)
  const old = new URL(lines[1].url)
  expect((await house.http.inject(old.pathname + old.search)).rawPayload.equals(a!)).toBe(true)
  const split = await takenIn(house, person, id, 'set.zip', withPicture(a!, ''), { targetSplit: 'test' })
  expect(split.splits).toEqual({ train: 2, val: 0, test: 1 })
})

test('classes are brought together by name, renamed and left out as asked, and labels there keep their numbers', async () => {
  const [a] = await pictures(1, 50)
  const id = await aDataset(person, 'mapped', { classNames: ['human', 'car'] })
  const dataset = await takenIn(
    house,
    person,
    id,
    'set.zip',
    zipOf([
      { name: 'images/a.png', bytes: a! },
      {
        name: 'labels/a.txt',
        bytes: '0 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.3 0.3\n3 0.5 0.5 0.4 0.4',
      },
      { name: 'data.yaml', bytes: 'names:\n- car\n- person\n- noise\n- tree\n' },
    ]),
    { classMapping: { person: 'human', '2': '' } },
  )
  expect(dataset.classNames).toEqual(['human', 'car', 'tree'])
  const [{ annotations }] = await imagesOf(id)
  expect(annotations.boxes.map(([classId]: number[]) => classId)).toEqual([1, 0, 2])
})

test('pictures wider than 4096 pixels are made smaller, and each has a thumbnail', async () => {
  const id = await aDataset(person, 'wide')
  const wide = await aPicture(60, { width: 5000, height: 100, format: 'jpeg' })
  await takenIn(house, person, id, 'set.zip', zipOf([{ name: 'images/a.jpg', bytes: wide }]))
  const [image] = await imagesOf(id)
  expect([image.width, image.height]).toEqual([4096, 82])
  const { default: sharp } = await import('sharp')
  const fetched = async (url: string) => {
    const { pathname, search } = new URL(url)
    return (await house.http.inject(pathname + search)).rawPayload
  }
  expect(await sharp(await fetched(image.url)).metadata()).toMatchObject({ format: 'jpeg', width: 4096 })
  expect(await sharp(await fetched(image.thumbnailUrl)).metadata()).toMatchObject({
    format: 'webp',
    width: 256,
  })
})

test('the same picture is stored once in a cell, counts in each workspace, and goes with the last that shows it', async () => {
  const [first, second] = [await aPerson(house), await aPerson(house)]
  const picture = await aPicture(70)
  const file = zipOf([
    { name: 'images/a.png', bytes: picture },
    { name: 'images/b.png', bytes: picture },
  ])
  const before = await tracesOf(house, first.userId)
  const ids = []
  for (const by of [first, second]) {
    const id = await aDataset(by, 'same')
    expect(await takenIn(house, by, id, 'set.zip', file)).toMatchObject({
      imageCount: 2,
      totalBytes: 2 * picture.length,
    })
    ids.push(id)
  }
  const after = await tracesOf(house, first.userId)
  expect([after.files - before.files, after.stored - before.stored]).toEqual([1, 2])
  for (const by of [first, second])
    expect((await tracesOf(house, by.userId)).counted).toBe(2 * picture.length)
  const purge = async (by: Person, id: string) => {
    await by.call('DELETE', `/api/datasets/${id}`)
    await by.call('DELETE', '/api/trash', { id, type: 'dataset' })
    await house.runJobs()
  }
  await purge(first, ids[0]!)
  expect((await tracesOf(house, first.userId)).counted).toBe(0)
  const [image] = await imagesOf(ids[1]!, second)
  const { pathname, search } = new URL(image.url)
  expect((await house.http.inject(pathname + search)).rawPayload.equals(picture)).toBe(true)
  await purge(second, ids[1]!)
  const last = await tracesOf(house, second.userId)
  expect([last.files, last.stored, last.counted]).toEqual([before.files, before.stored, 0])
})

test('a file that does not fit the plan is refused in the middle and leaves nothing', async () => {
  const poor = await aPerson(house)
  const id = await aDataset(poor, 'too-much')
  const [a, b] = await pictures(2, 80)
  const file = zipOf([
    { name: 'images/a.png', bytes: a! },
    { name: 'images/b.png', bytes: b! },
  ])
  const sessionId = await uploaded(house, poor, id, 'set.zip', file)
  const { db } = house.cells.get('us-1')
  // The file itself goes when it is done, so its own bytes are no room taken.
  await db
    .update(workspaces)
    .set({ storageBytes: 100 * 2 ** 30 + file.length - 10 })
    .where(eq(workspaces.id, poor.userId))
  const before = await tracesOf(house, poor.userId)
  await ingest(poor, id, sessionId)
  await house.runJobs()
  expect(await shown(poor, id)).toMatchObject({
    status: 'failed',
    imageCount: 0,
    job: { error: 'Storage limit exceeded' },
  })
  const after = await tracesOf(house, poor.userId)
  expect([after.files, after.images, after.uploads]).toEqual([
    before.files,
    before.images,
    before.uploads - 1,
  ])
  expect(after.counted).toBe(0)
})

test('one file at a time is taken in, from whoever may upload, and only what was uploaded for that dataset', async () => {
  const viewer = await aPerson(house)
  const team = await aTeam(house, [
    [person, 'owner'],
    [viewer, 'viewer'],
  ])
  const [a] = await pictures(1, 90)
  const file = zipOf([{ name: 'images/a.png', bytes: a! }])
  const [id, other] = [await aDataset(person, 'busy'), await aDataset(person, 'other')]
  const [one, two] = [
    await uploaded(house, person, id, 'a.zip', file),
    await uploaded(house, person, id, 'b.zip', file),
  ]
  expect((await ingest(person, other, one)).json().reason).toBe('invalid_request')
  expect((await ingest(person, id, 'f'.repeat(24))).json().reason).toBe('upload_not_found')
  expect(
    (
      await person.call('POST', '/api/datasets/ingest', {
        datasetId: id,
        sourceUrl: 'https://example.com/a.zip',
      })
    ).json().reason,
  ).toBe('source_not_fetched')
  expect((await ingest(person, id, one)).json()).toMatchObject({ status: 'queued' })
  expect(await shown(person, id)).toMatchObject({ status: 'processing', job: { status: 'queued' } })
  expect((await ingest(person, id, two)).json().reason).toBe('dataset_busy')
  expect((await person.call('PATCH', `/api/datasets/${id}`, { classNames: ['x'] })).json().reason).toBe(
    'dataset_busy',
  )
  expect((await person.call('GET', `/api/datasets/${id}/export`)).json().reason).toBe('dataset_not_ready')
  await house.runJobs()
  expect(await shown(person, id)).toMatchObject({ status: 'ready', imageCount: 1 })
  const path = `/api/datasets/${team.username}/shared/ingest`
  await person.call('POST', `/api/datasets?owner=${team.username}`, { slug: 'shared' })
  expect((await viewer.call('POST', path, { sessionId: one })).statusCode).toBe(403)
})

test('a dataset that goes to the trash takes in nothing more, and comes back as it was', async () => {
  const [a, b] = await pictures(2, 100)
  const id = await aDataset(person, 'called-off')
  await takenIn(house, person, id, 'a.zip', zipOf([{ name: 'images/a.png', bytes: a! }]))
  const before = await tracesOf(house, person.userId)
  await ingest(
    person,
    id,
    await uploaded(house, person, id, 'b.zip', zipOf([{ name: 'images/b.png', bytes: b! }])),
  )
  expect((await person.call('DELETE', `/api/datasets/${id}`)).statusCode).toBe(200)
  await house.runJobs()
  expect(await tracesOf(house, person.userId)).toEqual(before)
  await person.call('POST', '/api/trash', { id, type: 'dataset' })
  expect(await shown(person, id)).toMatchObject({ status: 'ready', imageCount: 1, job: { status: 'failed' } })
})

test('an archive and its images do not count at once, nor do images and what they replace', async () => {
  const full = await aPerson(house)
  const id = await aDataset(full, 'tight', { classNames: ['cat'] })
  const picture = await aPicture(130, { width: 1000, height: 1000 })
  const archive = zipOf([{ name: 'images/a.png', bytes: picture, store: true }])
  const lines = [
    { type: 'dataset', task: 'detect', class_names: { 0: 'cat' } },
    { type: 'image', file: 'a.png', split: 'train', annotations: { boxes: [[0, 0.5, 0.5, 0.1, 0.1]] } },
  ]
  const labels = Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'))
  expect(labels.length + 100).toBeLessThan(picture.length)
  const { db } = house.cells.get('us-1')
  const leave = (bytes: number) =>
    db
      .update(workspaces)
      .set({ storageBytes: 100 * 2 ** 30 - bytes })
      .where(eq(workspaces.id, full.userId))
  for (const [filename, file] of [
    ['set.zip', archive],
    ['set.ndjson', labels],
  ] as const) {
    const sessionId = await uploaded(house, full, id, filename, file)
    await leave(100)
    await ingest(full, id, sessionId, { conflictPolicy: 'replace' })
    await house.runJobs()
    expect(await shown(full, id)).toMatchObject({ imageCount: 1, job: { status: 'completed' } })
    await leave(100 * 2 ** 30)
  }
  // Labels count as what they take where they are stored.
  expect(await shown(full, id)).toMatchObject({
    totalBytes: picture.length + '{"boxes":[[0,0.5,0.5,0.1,0.1]]}'.length,
  })
})

test('capitals do not tell names apart, and labels alone leave an image its name', async () => {
  const id = await aDataset(person, 'capitals', { classNames: ['cat'] })
  const [a, b] = await pictures(2, 140)
  const file = zipOf([
    { name: 'images/a.png', bytes: a! },
    { name: 'images/A.png', bytes: b! },
  ])
  await takenIn(house, person, id, 'set.zip', file)
  expect((await imagesOf(id)).map((image: { file: string }) => image.file)).toEqual([
    'a.png',
    expect.stringMatching(/^A-[0-9a-f]{8}\.png$/),
  ])
  const lines = [
    { type: 'dataset', task: 'detect', class_names: { 0: 'cat' } },
    { type: 'image', file: 'A', split: 'train', annotations: { boxes: [[0, 0.5, 0.5, 0.1, 0.1]] } },
  ]
  const ndjson = Buffer.from(lines.map((line) => JSON.stringify(line)).join('\n'))
  const labelled = await takenIn(house, person, id, 'set.ndjson', ndjson, { conflictPolicy: 'replace' })
  expect(labelled).toMatchObject({ imageCount: 2, labelledCount: 1 })
  expect((await imagesOf(id)).map((image: { file: string }) => image.file)).toContain('a.png')
})

test('data.yaml goes before other YAML, and what names no class is passed over', async () => {
  const id = await aDataset(person, 'settings')
  const [a] = await pictures(1, 150)
  const dataset = await takenIn(
    house,
    person,
    id,
    'set.zip',
    zipOf([
      { name: '.github/build.yml', bytes: 'on: [push' },
      { name: 'old.yaml', bytes: 'names: [old]' },
      { name: 'set/data.yaml', bytes: 'names: [cat]' },
      { name: 'z.yaml', bytes: 'names: [z]' },
      { name: 'images/a.png', bytes: a! },
    ]),
  )
  expect(dataset.classNames).toEqual(['cat'])
})

test('a dataset of poses lacks how many points they have', async () => {
  const id = await aDataset(person, 'pointless', { task: 'pose', classNames: ['person'] })
  expect((await shown(person, id)).lacks).toContain('kptShape')
})

test('a single image that was uploaded joins its dataset', async () => {
  const id = await aDataset(person, 'single')
  const sessionId = await uploaded(house, person, id, 'cat photo.png', await aPicture(110), 'images')
  await ingest(person, id, sessionId, { targetSplit: 'val' })
  await house.runJobs()
  expect(await imagesOf(id)).toMatchObject([{ file: 'cat photo.png', split: 'val' }])
})

test.each(['us', 'eu'] as const)(
  'a public dataset is copied into a workspace in %s, with pictures, labels and licence',
  async (region) => {
    const owner = await aPerson(house)
    const [a, b] = await pictures(2, 120)
    const id = await aDataset(owner, 'original', {
      visibility: 'public',
      license: 'AGPL-3.0',
      classNames: ['cat'],
    })
    await takenIn(
      house,
      owner,
      id,
      'set.zip',
      zipOf([
        { name: 'images/train/a.png', bytes: a! },
        { name: 'labels/train/a.txt', bytes: '0 0.5 0.5 0.1 0.1' },
        { name: 'images/val/b.png', bytes: b! },
      ]),
    )
    const taker = await aPerson(house, { region })
    const reply = await taker.call('POST', `/api/datasets/${id}/clone`, { slug: 'copy' })
    expect(reply.statusCode, reply.body).toBe(201)
    const { datasetId } = reply.json()
    expect(await shown(taker, datasetId)).toMatchObject({
      status: 'processing',
      imageCount: 0,
      job: { kind: 'clone', total: 2 },
    })
    await house.runJobs()
    expect(await shown(taker, datasetId)).toMatchObject({
      status: 'ready',
      imageCount: 2,
      annotationCount: 1,
      trainable: true,
      license: 'AGPL-3.0',
      licenseLocked: true,
    })
    const images = await imagesOf(datasetId, taker)
    const { pathname, search } = new URL(images[0].url)
    expect((await house.http.inject(pathname + search)).rawPayload.equals(a!)).toBe(true)
    const locked = await taker.call('PATCH', `/api/datasets/${datasetId}`, { license: 'MIT' })
    expect(locked.json().reason).toBe('license_locked')
  },
)
