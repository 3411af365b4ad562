import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { iconBytesMax } from '#contract/profiles.ts'
import { aPerson, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { startHostileHouse } from './house.ts'
import { pictureForm } from './identity-bases.ts'
import { exchange } from './raw.ts'
import { expectNothingStored, expectRefused, faultOf } from './refused.ts'

/* The one route that takes a file: forms that are none, and files that are no pictures. */

let house: TestHouse
let url: string
let owner: Person

beforeAll(async () => {
  house = await startHostileHouse()
  url = await house.listen()
  owner = await aPerson(house)
})
afterAll(() => house.stop())

const boundary = 'gatehouse-test'
const form = `multipart/form-data; boundary=${boundary}`
const head = (name = 'image', file: string | null = 'me.png', more = '') =>
  `content-disposition: form-data; name="${name}"${file === null ? '' : `; filename="${file}"`}\r\n${more}\r\n`
const part = (headers: string, body: string | Buffer = 'hello') =>
  Buffer.concat([Buffer.from(`--${boundary}\r\n${headers}`), Buffer.from(body), Buffer.from('\r\n')])
const end = Buffer.from(`--${boundary}--\r\n`)
const formOf = (...parts: Buffer[]) => Buffer.concat([...parts, end])
const good = pictureForm(boundary)
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

/** A PNG that says it is as large as this, and holds nothing. */
const pngHead = (width: number, height: number): Buffer => {
  const sizes = Buffer.alloc(8)
  sizes.writeUInt32BE(width)
  sizes.writeUInt32BE(height, 4)
  return Buffer.concat([png, sizes, Buffer.from([8, 6, 0, 0, 0, 0, 0, 0, 0])])
}

const send = (payload: Buffer | string, type: string | null = form, headers: Record<string, string> = {}) => {
  // Six a minute are prepared for one person; what this file wants to see is what becomes of each.
  house.clock.advance(11)
  return owner.call('POST', '/api/settings/icon', payload, {
    ...(type === null ? {} : { 'content-type': type }),
    ...headers,
  })
}

const expectAllRefused = async (
  cases: Record<string, { payload: Buffer | string; type?: string | null; allowed?: number[] }>,
): Promise<void> => {
  const faults: string[] = []
  await expectNothingStored(house, async () => {
    for (const [why, { payload, type, allowed = [400, 413] }] of Object.entries(cases)) {
      const fault = faultOf(await send(payload, type), allowed)
      if (fault) faults.push(`${why} ${fault}`)
    }
    expect(faults).toEqual([])
  })
}

test('a picture in a form as browsers write it is taken', async () => {
  expect((await send(good)).statusCode).toBe(200)
})

test('what is no form is refused as another type', async () => {
  const types = [
    null,
    '',
    'x',
    'image/png',
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/mixed; boundary=x',
    'multipart/form-data-not; boundary=x',
    'text/plain; multipart/form-data',
    'application/octet-stream',
  ]
  await expectAllRefused(
    Object.fromEntries(types.map((type) => [String(type), { payload: good, type, allowed: [400, 415] }])),
  )
})

test('a form with a broken boundary is refused', async () => {
  const bad = (type: string, payload = good) => ({ type: `multipart/form-data${type}`, payload })
  await expectAllRefused({
    'no boundary': bad(''),
    'an empty boundary': bad('; boundary='),
    'an empty boundary in quotes': bad('; boundary=""'),
    'another boundary': bad('; boundary=another'),
    'a boundary too long': bad(`; boundary=${'x'.repeat(5000)}`),
    'a boundary of dashes': bad('; boundary=--------'),
    'letters beyond ASCII': bad('; boundary=\u00ff\u00fe'),
    'the boundary of half the form': bad(`; boundary=${boundary.slice(0, -1)}`),
    'a type without an end': bad(';'),
  })
})

test('a form without a picture, or with more than one thing in it, is refused', async () => {
  await expectAllRefused({
    nothing: { payload: '' },
    'the end alone': { payload: end },
    'no parts': { payload: `\r\n--${boundary}\r\n--${boundary}--\r\n` },
    'a field instead of a file': { payload: formOf(part(head('image', null))) },
    'an empty file': { payload: formOf(part(head(), '')) },
    'another field': { payload: formOf(part(head('picture'))) },
    'a field of no name': { payload: formOf(part(head(''))) },
    'a field without a name': {
      payload: formOf(part('content-disposition: form-data; filename="a.png"\r\n\r\n')),
    },
    'a part that says nothing': { payload: formOf(part('\r\n')) },
    'a word of every object': { payload: formOf(part(head('__proto__'))) },
    'another word of every object': { payload: formOf(part(head('constructor', null)), part(head())) },
    'a file that is no picture before one': { payload: formOf(part(head()), part(head(), 'more')) },
    'many fields': { payload: formOf(...Array.from({ length: 200 }, (_, at) => part(head(`f${at}`, null)))) },
    'many files': { payload: formOf(...Array.from({ length: 200 }, () => part(head()))) },
    'many parts before it': {
      payload: Buffer.concat([...Array.from({ length: 20 }, (_, at) => part(head(`f${at}`, null))), good]),
    },
    'a name too long': { payload: formOf(part(head('x'.repeat(20_000)))) },
    'a name far too long': { payload: formOf(part(head('x'.repeat(2_000_000)))) },
    'a file name too long': { payload: formOf(part(head('image', 'x'.repeat(200_000)))) },
    'a field too long': { payload: formOf(part(head('note', null), 'x'.repeat(3_000_000))) },
    'many headers': { payload: formOf(part(head('image', 'a.png', 'x-note: x\r\n'.repeat(3000)))) },
    'a header without an end': { payload: `--${boundary}\r\ncontent-disposition: form-data; name="image"` },
    'JSON in a field': {
      payload: formOf(part(head('note', null, 'content-type: application/json\r\n'), '{"__proto__":{}}')),
    },
    'JSON that is none': {
      payload: formOf(part(head('note', null, 'content-type: application/json\r\n'), '{')),
    },
    'bytes of no form': { payload: Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 256)) },
  })
})

test('a second picture beside the first is refused, and so is the first', async () => {
  const two = Buffer.concat([good.subarray(0, good.length - end.length), good])
  await expectAllRefused({ 'two pictures': { payload: two } })
})

test('a form that was cut off anywhere is refused', async () => {
  const faults: string[] = []
  await expectNothingStored(house, async () => {
    for (let length = 0; length < good.length - 4; length += 3) {
      const fault = faultOf(await send(good.subarray(0, length)), [400])
      if (fault) faults.push(`${length} bytes ${fault}`)
    }
    expect(faults).toEqual([])
  })
})

test('a form with bytes changed, taken out or put in is taken or refused, and is never a fault', async () => {
  const change = fc.record({
    at: fc.nat(good.length),
    gone: fc.nat(4),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom('\r\n', '--', `--${boundary}`, ';', '"', '\0'),
    ),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      let form = good
      for (const { at, gone, put } of changes)
        form = Buffer.concat([form.subarray(0, at), Buffer.from(put as string), form.subarray(at + gone)])
      const answer = await send(form)
      if (answer.statusCode !== 200) expect(faultOf(answer, [400, 413])).toBeUndefined()
    }),
    { seed: 20_260_302, numRuns: 300 },
  )
})

test('a file that is no picture, or unpacks to more than one, is refused', async () => {
  const file = (bytes: Buffer | string, name = 'me.png', type = 'image/png') => ({
    payload: formOf(part(head('image', name, `content-type: ${type}\r\n`), bytes)),
    allowed: [400],
  })
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>'
  await expectAllRefused({
    text: file('hello'),
    'an address': file('http://169.254.169.254/latest/meta-data'),
    'a gzip bomb': file(gzipSync(Buffer.alloc(50_000_000))),
    'a gzip bomb by its name': file(gzipSync(Buffer.alloc(5_000_000)), 'me.png.gz', 'application/gzip'),
    'a picture with a drawing language': file(svg, 'me.svg', 'image/svg+xml'),
    'a picture that runs programs': file(
      'push graphic-context\nfill url(https://evil.example)\npop graphic-context',
    ),
    'a GIF': file(
      Buffer.from(
        '47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b',
        'hex',
      ),
    ),
    'a PNG without pixels': file(pngHead(1, 1)),
    'a PNG of four billion pixels': file(pngHead(65_535, 65_535)),
    'a PNG as wide as numbers go': file(pngHead(0x7fff_ffff, 1)),
    'a PNG of no size': file(pngHead(0, 0)),
    'the head of a JPEG': file(Buffer.from('ffd8ffe000104a46494600', 'hex')),
    'the head of a WebP': file(Buffer.from('52494646ffffffff574542505650384c', 'hex')),
    'a PDF': file('%PDF-1.7\n'),
    'a path for a name': file('hello', '../../../etc/passwd'),
    'a null byte in the name': file('hello', 'a\0.png'),
  })
})

test('a file too large is refused as such', async () => {
  await expectAllRefused({
    'one byte too large': {
      payload: formOf(part(head(), Buffer.alloc(iconBytesMax + 1))),
      allowed: [413],
    },
    'a form too large': { payload: formOf(part(head(), Buffer.alloc(iconBytesMax * 2 + 1))), allowed: [413] },
  })
})

test('a form that says it is packed is not unpacked', async () => {
  await expectNothingStored(house, async () => {
    for (const encoding of ['gzip', 'br', 'deflate', 'x'])
      expectRefused(await send(gzipSync(good), form, { 'content-encoding': encoding }), 400)
  })
})

describe('on the wire', () => {
  const post = (length: number, ...headers: string[]) =>
    [
      'POST /api/settings/icon HTTP/1.1',
      'Host: localhost',
      `Origin: ${url}`,
      `Cookie: gatehouse_session=${owner.cookie}`,
      `Content-Type: ${form}`,
      `Content-Length: ${length}`,
      ...headers,
      '',
      '',
    ].join('\r\n')

  test('a picture that breaks off is not kept, and the server lives on', async () => {
    await expectNothingStored(house, async () => {
      for (const length of [0, 20, 90, good.length - 60, good.length - 5]) {
        const { answers } = await exchange(url, [post(good.length), good.subarray(0, length)], { end: true })
        for (const answer of answers) expectRefused(answer, 400)
      }
    })
    expect((await owner.call('GET', '/api/settings')).statusCode).toBe(200)
  })

  test('a form that never says how long it is ends where a picture does', async () => {
    const chunk = Buffer.alloc(1_000_000)
    const chunks = Array.from({ length: 8 }, () => [
      Buffer.from('f4240\r\n'),
      chunk,
      Buffer.from('\r\n'),
    ]).flat()
    const begin = part(head()).subarray(0, -'hello\r\n'.length)
    const first = Buffer.concat([Buffer.from(`${begin.length.toString(16)}\r\n`), begin, Buffer.from('\r\n')])
    const request = post(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked')
    await expectNothingStored(house, async () => {
      const { answers, text } = await exchange(url, [request, first, ...chunks, '0\r\n\r\n'])
      expect(answers.length, text).toBe(1)
      for (const answer of answers) expectRefused(answer, 400, 413)
    })
  })

  test('a form that announces more than it may is refused before it has come', async () => {
    const { answers, text } = await exchange(url, [post(999_999_999)])
    expect(answers.length, text).toBe(1)
    for (const answer of answers) expectRefused(answer, 413)
  })
})

test('nobody else may set a picture, and the file is not even read', async () => {
  const stranger = await aPerson(house)
  await expectNothingStored(house, async () => {
    const address = `/api/settings/icon?owner=${owner.username}`
    expectRefused(await stranger.call('POST', address, good, { 'content-type': form }), 404)
  })
})
