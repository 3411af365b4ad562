import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPicture, zipOf } from '../../../../test/datasets/archives.ts'
import { aDataset, takenIn } from '../../../../test/datasets/taking-in.ts'
import { aKey, aPerson, type KeyHolder, type Person } from '../../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse
let person: Person
let client: KeyHolder
let url: string

beforeAll(async () => {
  house = await startTestHouse()
  url = await house.listen()
  person = await aPerson(house)
  client = await aKey(house, person, { scopes: ['datasets'] })
})
afterAll(() => house.stop())

type Line = {
  type: string
  file: string
  url: string
  split: string
  width: number
  height: number
  annotations: unknown
}

/** What a training client does with `ul://owner/datasets/slug` (SPEC 16.6): asks where it is, follows without its key, reads the lines, and
 *  fetches all images at once. */
const loaded = async (slug: string) => {
  const path = `${url}/api/webhooks/datasets/${person.username}/${slug}/export`
  const head = await fetch(path, {
    method: 'HEAD',
    redirect: 'manual',
    headers: { authorization: `Bearer ${client.key}` },
  })
  expect([301, 302, 303, 307, 308]).toContain(head.status)
  const location = new URL(head.headers.get('location') ?? '')
  expect(location.pathname.endsWith(`/${slug}.ndjson`)).toBe(true)
  const text = await (await fetch(location)).text()
  const [record, ...images] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const bytes = await Promise.all(
    (images as Line[]).map(async (image) => {
      const reply = await fetch(image.url)
      expect(reply.status).toBe(200)
      return Buffer.from(await reply.arrayBuffer())
    }),
  )
  // Links change with each export; what a client remembers a dataset by leaves out their query.
  return { text, record, images: images as Line[], bytes, remembered: text.replaceAll(/\?[^"]*/g, '') }
}

test('a client loads a dataset over ul://, and the same again while nothing changed', async () => {
  const pictures = await Promise.all([1, 2, 3].map((number) => aPicture(number, { format: 'jpeg' })))
  const id = await aDataset(person, 'roads')
  const file = zipOf([
    { name: 'images/train/a.jpg', bytes: pictures[0]! },
    { name: 'images/train/b.jpg', bytes: pictures[1]! },
    { name: 'images/val/c.jpg', bytes: pictures[2]! },
    { name: 'labels/train/a.txt', bytes: '0 0.5 0.5 0.25 0.5' },
    { name: 'labels/val/c.txt', bytes: '1 0.5 0.5 0.25 0.5' },
    { name: 'data.yaml', bytes: 'names: [car, lane]' },
  ])
  await takenIn(house, person, id, 'roads.zip', file)
  const first = await loaded('roads')
  expect(first.record).toEqual({
    type: 'dataset',
    task: 'detect',
    name: 'roads',
    class_names: { '0': 'car', '1': 'lane' },
  })
  expect(first.images.map(({ file: name, split }) => `${split}/${name}`).sort()).toEqual([
    'train/a.jpg',
    'train/b.jpg',
    'val/c.jpg',
  ])
  const sizes = (buffers: readonly Buffer[]) => buffers.map(({ length }) => length).sort()
  expect(sizes(first.bytes)).toEqual(sizes(pictures))
  for (const bytes of first.bytes) expect(pictures.some((picture) => picture.equals(bytes))).toBe(true)
  house.clock.advance(7200)
  const second = await loaded('roads')
  expect(second.text).not.toBe(first.text)
  expect(second.remembered).toBe(first.remembered)

  // The file a client downloads is one that can be uploaded again.
  const again = await aDataset(person, 'roads-again')
  const dataset = await takenIn(house, person, again, 'roads.ndjson', Buffer.from(second.text))
  expect(dataset).toMatchObject({
    status: 'ready',
    imageCount: 3,
    classNames: ['car', 'lane'],
    job: { skipped: 0 },
  })
  const third = await loaded('roads-again')
  const facts = ({ images }: { images: Line[] }) =>
    images
      .map(({ file: name, split, width, height, annotations }) =>
        JSON.stringify({ name, split, width, height, annotations }),
      )
      .sort()
  expect(facts(third)).toEqual(facts(second))
})

test('NDJSON brings pictures within its lines, labels for what is there, and follows no other address', async () => {
  const id = await aDataset(person, 'lines')
  const inline = `data:image/png;base64,${(await aPicture(9)).toString('base64')}`
  const lines = (...records: unknown[]) =>
    Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  const head = { type: 'dataset', task: 'segment', class_names: { 0: 'cat', 1: 'dog' } }
  const outline = { segments: [[1, 0.1, 0.1, 0.2, 0.1, 0.2, 0.2], [9, 0.1, 0.1, 0.2, 0.1, 0.2, 0.2], ['x']] }
  const dataset = await takenIn(
    house,
    person,
    id,
    'set.ndjson',
    lines(
      head,
      { type: 'image', file: 'folder/a.png', split: 'val', url: inline, annotations: outline },
      { type: 'image', file: 'b.png', url: 'http://169.254.169.254/latest/meta-data' },
      {
        type: 'image',
        file: 'c.png',
        url: `${url}/api/files/us-1/images/${'a'.repeat(24)}/c.png?expires=1&signature=1.a`,
      },
      { type: 'image', file: 'd.png' },
      { type: 'image' },
      'no record',
    ),
  )
  expect(dataset).toMatchObject({ task: 'segment', imageCount: 1, splits: { val: 1 }, annotationCount: 1 })
  expect(dataset.job).toMatchObject({
    processed: 6,
    report: {
      badLabels: 2,
      skipped: { link_not_ours: 1, link_expired: 1, no_image: 1, bad_name: 1, bad_line: 1 },
    },
  })
  const labels = lines(head, {
    type: 'image',
    file: 'a.png',
    split: 'val',
    annotations: { segments: [[0, 0.5, 0.5, 0.6, 0.5, 0.6, 0.6]] },
  })
  const changed = await takenIn(house, person, id, 'labels.ndjson', labels, { conflictPolicy: 'replace' })
  expect(changed).toMatchObject({ status: 'ready', imageCount: 1, annotationCount: 1 })
  const { images } = (await person.call('GET', `/api/datasets/${id}/images`)).json()
  expect(images[0].annotations.segments[0][0]).toBe(0)
})

test('what cannot be trained on is told by 409, in words', async () => {
  await aDataset(person, 'bare')
  const reply = await client.call('HEAD', `/api/webhooks/datasets/${person.username}/bare/export`)
  expect(reply.statusCode).toBe(409)
  const told = await client.call('GET', `/api/webhooks/datasets/${person.username}/bare/export`)
  expect(told.json()).toMatchObject({
    reason: 'dataset_not_trainable',
    error: 'This dataset has no images for training yet',
  })
})
