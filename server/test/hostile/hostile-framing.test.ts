import { request } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey, aPerson, aRun, type KeyHolder, type Person } from '../people.ts'
import { startTestHouse, type TestHouse } from '../test-house.ts'
import { type Exchange, exchange } from './raw.ts'
import { expectNothingStored, expectRefused } from './refused.ts'

/* What arrives on the wire and is no honest HTTP: refused in the words of every other refusal, and never taken for two requests. */

let house: TestHouse
let url: string
let owner: Person
let key: KeyHolder
let modelId: string

beforeAll(async () => {
  house = await startTestHouse()
  url = await house.listen()
  owner = await aPerson(house)
  key = await aKey(house, owner)
  modelId = (await aRun(key)).modelId
})
afterAll(() => house.stop())

const crlf = (...lines: string[]): string => lines.join('\r\n')
const host = 'Host: localhost'

const expectOneRefusal = ({ answers, text }: Exchange, ...allowed: number[]): void => {
  expect(answers.length, text).toBe(1)
  for (const answer of answers) expectRefused(answer, ...allowed)
}

const get = (path: string, ...headers: string[]) => crlf(`GET ${path} HTTP/1.1`, host, ...headers, '', '')
const post = (path: string, body: string, ...headers: string[]) =>
  crlf(`POST ${path} HTTP/1.1`, host, 'Content-Type: application/json', ...headers, '', body)

const notHttp: Record<string, string | Buffer> = {
  'another protocol': 'SSH-2.0-OpenSSH_9.9\r\n\r\n',
  'a TLS greeting': Buffer.from('16030100a5010000a10303', 'hex'),
  bytes: Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  'a version that is none': 'GET /api/instance HTTP/9.9\r\nHost: x\r\n\r\n',
  'a method that is none': 'STEAL /api/instance HTTP/1.1\r\nHost: x\r\n\r\n',
  'a space in the address': 'GET /api/ instance HTTP/1.1\r\nHost: x\r\n\r\n',
  'a null byte in the address': 'GET /api/inst\0ance HTTP/1.1\r\nHost: x\r\n\r\n',
  'a null byte in a header': get('/api/instance', 'X-Note: a\0b'),
  'a null byte in a header name': get('/api/instance', 'X-No\0te: a'),
  'a line feed alone in a header': get('/api/instance', 'X-Note: a\nX-Other: b\r\rc'),
  'a folded header': get('/api/instance', 'X-Note: a', ' b'),
  'a space before the colon': get('/api/instance', 'Content-Length : 5'),
  'a header without a name': get('/api/instance', ': value'),
  'a header without a colon': get('/api/instance', 'Authorization'),
  'a negative length': post('/api/auth/sign-in', '{}', 'Content-Length: -1'),
  'a length in hexadecimal': post('/api/auth/sign-in', '{}', 'Content-Length: 0x2'),
  'a length with a sign': post('/api/auth/sign-in', '{}', 'Content-Length: +2'),
  'a length beyond all numbers': post('/api/auth/sign-in', '{}', `Content-Length: ${'9'.repeat(40)}`),
  'two lengths': post('/api/auth/sign-in', '{}', 'Content-Length: 2', 'Content-Length: 3'),
  'two lengths in one': post('/api/auth/sign-in', '{}', 'Content-Length: 2, 3'),
  'the same length twice': post('/api/auth/sign-in', '{}', 'Content-Length: 2', 'Content-Length: 2'),
  'a length and chunks': post('/api/auth/sign-in', '{}', 'Content-Length: 2', 'Transfer-Encoding: chunked'),
  'chunks that are not last': post('/api/auth/sign-in', '0\r\n\r\n', 'Transfer-Encoding: chunked, gzip'),
  'chunks by another name': post('/api/auth/sign-in', '0\r\n\r\n', 'Transfer-Encoding: xchunked'),
  'a chunk size that is none': post(
    '/api/auth/sign-in',
    'zz\r\n{}\r\n0\r\n\r\n',
    'Transfer-Encoding: chunked',
  ),
  'a chunk longer than it says': post(
    '/api/auth/sign-in',
    '1\r\n{}\r\n0\r\n\r\n',
    'Transfer-Encoding: chunked',
  ),
  'a chunk size beyond all numbers': post(
    '/api/auth/sign-in',
    `${'f'.repeat(20)}\r\n{}\r\n0\r\n\r\n`,
    'Transfer-Encoding: chunked',
  ),
}

test.each(Object.entries(notHttp))('%s is refused once and closes the connection', async (_why, bytes) => {
  await expectNothingStored(house, async () => {
    const answered = await exchange(url, [bytes, get('/api/instance')])
    expectOneRefusal(answered, 400)
    expect(answered.closed).toBe(true)
  })
})

test('an address or headers too large are refused as such', async () => {
  for (const head of [
    get(`/api/${'x'.repeat(20_000)}`),
    get('/api/instance', `X-Note: ${'x'.repeat(20_000)}`),
    get('/api/instance', `Cookie: gatehouse_session=${'x'.repeat(20_000)}`),
    get('/api/auth/factors/pending', `Cookie: gatehouse_second_factor=${'x'.repeat(20_000)}`),
    get('/api/auth/oauth/google/callback?code=a&state=b', `Cookie: gatehouse_visit=${'x'.repeat(20_000)}`),
    get('/api/instance', `Authorization: Bearer ${'x'.repeat(20_000)}`),
    get('/api/instance', ...Array.from({ length: 2000 }, (_, index) => `X-Note-${index}: ${index}`)),
  ])
    expectOneRefusal(await exchange(url, [head]), 431)
})

test('chunks whose extensions never end are refused', async () => {
  const body = `2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`
  expectOneRefusal(await exchange(url, [post('/api/auth/sign-in', body, 'Transfer-Encoding: chunked')]), 413)
})

test('a request that does not name its host is refused', async () => {
  expectOneRefusal(await exchange(url, ['GET /api/instance HTTP/1.1\r\n\r\n']), 400)
})

test('a request that comes too slowly is told so', async () => {
  const connected = new Promise<Socket>((resolve) => house.http.server.once('connection', resolve))
  const answered = exchange(url, ['GET /api/instance HTTP/1.1\r\nX-Slow: '])
  const socket = await connected
  await new Promise((next) => setTimeout(next, 50))
  house.http.server.emit(
    'clientError',
    Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
    socket,
  )
  expectOneRefusal(await answered, 408)
})

test('a way up in the address leads nowhere', async () => {
  for (const path of [
    '/api/../api/auth/me',
    '/api/./auth/me',
    '/api/models/../auth/me',
    '/api/%2e%2e/auth/me',
    '/api/..%2fauth/me',
    '/api/..%5c..%5cetc%5cpasswd',
    '/api//auth/me',
    '//api/auth/me',
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/api/docs/static/../../../../package.json',
    '/api/docs/static/..%2f..%2f..%2fpackage.json',
    '/api/docs/static/%00',
  ]) {
    const { answers, text } = await exchange(url, [get(path, `Cookie: gatehouse_session=${owner.cookie}`)])
    expect(answers.length, path).toBe(1)
    expect(text, path).not.toMatch(/"dependencies"|"session":/)
    if (path.startsWith('/api')) expectRefused(answers[0] ?? fail(path), 400, 404)
  }
})

const fail = (what: string): never => {
  throw new Error(`No answer: ${what}`)
}

test('an address of another kind than a path is no way around the door', async () => {
  for (const target of [
    'http://localhost/api/auth/me',
    'http://evil.example/api/auth/me',
    '*',
    'api/auth/me',
  ]) {
    const { answers, text } = await exchange(url, [crlf(`GET ${target} HTTP/1.1`, host, '', '')])
    for (const { statusCode } of answers) expect([200, 400, 401, 404], target).toContain(statusCode)
    expect(text).not.toContain('"session":')
  }
})

test('of two Authorization headers the first counts, and a foreign one first opens nothing', async () => {
  const good = `Authorization: Bearer ${key.key}`
  const bad = `Authorization: Bearer ul_${'0'.repeat(40)}`
  expectOneRefusal(await exchange(url, [get('/api/settings', bad, good)]), 401)
  expectOneRefusal(await exchange(url, [get('/api/settings', 'Authorization: Basic dTpw', good)]), 401)
})

test('of two session cookies the first counts', async () => {
  const bad = 'gatehouse_session=x'
  const good = `gatehouse_session=${owner.cookie}`
  expectOneRefusal(await exchange(url, [get('/api/auth/me', `Cookie: ${bad}; ${good}`)]), 401)
  expectOneRefusal(await exchange(url, [get('/api/auth/me', `Cookie: ${bad}`, `Cookie: ${good}`)]), 401)
})

describe('lengths', () => {
  test('a body shorter than its length is waited for and then dropped', async () => {
    await expectNothingStored(house, async () => {
      const body = '{"name":"short"}'
      const cookie = `Cookie: gatehouse_session=${owner.cookie}`
      const head = post('/api/api-keys', body, 'Content-Length: 400', `Origin: ${url}`, cookie)
      const { answers } = await exchange(url, [head], { end: true, silentMs: 300 })
      for (const answer of answers) expectRefused(answer, 400)
    })
  })

  test('a body longer than its length is cut there, and the rest is no request', async () => {
    const origin = `Origin: ${url}`
    const answered = await exchange(url, [
      post('/api/auth/password/forgot', '{}{"email":"a@example.com"}', 'Content-Length: 2', origin),
    ])
    for (const answer of answered.answers) expectRefused(answer, 400)
    expect(answered.closed).toBe(true)
  })

  test('a length over the limit is refused before the body has come', async () => {
    const head = post('/api/auth/sign-in', '', 'Content-Length: 999999999', `Origin: ${url}`)
    expectOneRefusal(await exchange(url, [head]), 413)
  })
})

describe('uploads', () => {
  const askUpload = async (): Promise<string> => {
    const asked = await key.call('POST', '/api/webhooks/models/upload', { modelId })
    return asked.json().uploadUrl.replace(/^https?:\/\/[^/]+/, '')
  }
  const put = (path: string, body: string, ...headers: string[]) =>
    crlf(`PUT ${path} HTTP/1.1`, host, 'Content-Type: application/octet-stream', ...headers, '', body)
  const second = () => get('/api/auth/me', `Cookie: gatehouse_session=${owner.cookie}`)

  test('the framing of a training client is mended', async () => {
    const head = put(await askUpload(), '', 'Content-Length: 7', 'Transfer-Encoding: chunked')
    const { answers, closed } = await exchange(url, [head, 'wei', 'ghts'])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200])
    expect(closed).toBe(true)
  })

  test('a second request behind a mended upload is not answered', async () => {
    for (const pieces of [
      async () => [
        put(await askUpload(), `weights${second()}`, 'Content-Length: 7', 'Transfer-Encoding: chunked'),
      ],
      async () => [
        put(await askUpload(), 'weights', 'Content-Length: 7', 'Transfer-Encoding: chunked'),
        second(),
      ],
      async () => [
        put(
          await askUpload(),
          'weights',
          'Content-Length: 7',
          'Transfer-Encoding: chunked',
          'Connection: keep-alive',
        ),
        put(await askUpload(), 'weights', 'Content-Length: 7', 'Transfer-Encoding: chunked'),
      ],
    ]) {
      const { answers, text, closed } = await exchange(url, await pieces())
      expect(answers.length, text).toBeLessThanOrEqual(1)
      expect(text).not.toContain(owner.email)
      expect(closed).toBe(true)
    }
  })

  test('a body that is chunked after all is taken as the bytes it announces, no more', async () => {
    const chunks = '7\r\nweights\r\n0\r\n\r\n'
    const smuggled = put(
      await askUpload(),
      `${chunks}${second()}`,
      'Content-Length: 7',
      'Transfer-Encoding: chunked',
    )
    const { answers, text } = await exchange(url, [smuggled])
    expect(answers.length, text).toBeLessThanOrEqual(1)
    expect(text).not.toContain(owner.email)
  })

  const pairs: Record<string, string[]> = {
    'two lengths': ['Content-Length: 7', 'Content-Length: 8', 'Transfer-Encoding: chunked'],
    'the same length twice': ['Content-Length: 7', 'Content-Length: 7', 'Transfer-Encoding: chunked'],
    'chunked twice': ['Content-Length: 7', 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    'chunked twice in one': ['Content-Length: 7', 'Transfer-Encoding: chunked, chunked'],
    'chunked and another': ['Content-Length: 7', 'Transfer-Encoding: gzip, chunked'],
    'chunked by another name': ['Content-Length: 7', 'Transfer-Encoding: xchunked'],
    'chunked after a tab': ['Content-Length: 7', 'Transfer-Encoding:\x0bchunked'],
    'a space before the colon': ['Content-Length: 7', 'Transfer-Encoding : chunked'],
    'a folded encoding': ['Content-Length: 7', 'Transfer-Encoding:', ' chunked'],
    'a length with a sign': ['Content-Length: +7', 'Transfer-Encoding: chunked'],
    'a length in hexadecimal': ['Content-Length: 0x7', 'Transfer-Encoding: chunked'],
    'a length beyond all numbers': [`Content-Length: ${'7'.repeat(30)}`, 'Transfer-Encoding: chunked'],
    'no length that is one': ['Content-Length: seven', 'Transfer-Encoding: chunked'],
    'a line feed hiding the length': [
      'X: y\nContent-Length: 0',
      'Content-Length: 7',
      'Transfer-Encoding: chunked',
    ],
  }

  test.each(Object.entries(pairs))('%s is left to the parser, which refuses', async (_why, headers) => {
    const path = await askUpload()
    await expectNothingStored(house, async () => {
      const answered = await exchange(url, [put(path, `weights${second()}`, ...headers)])
      expectOneRefusal(answered, 400)
      expect(answered.closed).toBe(true)
    })
  })

  test('both headers anywhere else are refused', async () => {
    const path = await askUpload()
    const both = ['Content-Length: 7', 'Transfer-Encoding: chunked']
    await expectNothingStored(house, async () => {
      for (const head of [
        post('/api/auth/sign-in', 'weights', ...both),
        post('/api/settings/icon', 'weights', ...both),
        post('/api/auth/oauth/apple/callback', 'weights', ...both),
        put('/api/settings', 'weights', ...both),
        put(path.replace('/api/uploads', '/api//uploads'), 'weights', ...both),
        put(path.replace('/api/uploads', '/api/%75ploads'), 'weights', ...both),
        put(path.replace('/api/uploads', '/API/uploads'), 'weights', ...both),
        put(`http://localhost${path}`, 'weights', ...both),
        put(path, 'weights', ...both).replace('PUT', 'POST'),
        put(path, 'weights', ...both).replace('PUT', 'put'),
        put(path, 'weights', ...both).replace('PUT ', 'PUT  '),
      ])
        expectOneRefusal(await exchange(url, [head]), 400)
    })
  })

  test('an upload is looked at only as the first request of a connection', async () => {
    const path = await askUpload()
    await expectNothingStored(house, async () => {
      const both = ['Content-Length: 7', 'Transfer-Encoding: chunked']
      const { answers } = await exchange(url, [get('/api/instance'), put(path, 'weights', ...both)])
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400])
      expectRefused(answers[1] ?? fail(path), 400)
    })
  })

  test('an upload that a forged signature names stores nothing', async () => {
    const path = (await askUpload()).replace(/signature=.*/, `signature=1.${'A'.repeat(43)}`)
    await expectNothingStored(house, async () => {
      const head = put(path, 'weights', 'Content-Length: 7', 'Transfer-Encoding: chunked')
      expectOneRefusal(await exchange(url, [head]), 403)
    })
  })

  test('an upload that breaks off stores nothing', async () => {
    const path = await askUpload()
    await expectNothingStored(house, async () => {
      const head = put(path, 'wei', 'Content-Length: 7', 'Transfer-Encoding: chunked')
      const { answers } = await exchange(url, [head], { end: true })
      for (const answer of answers) expectRefused(answer, 400)
      await new Promise((next) => setTimeout(next, 200))
    })
  })

  test('a head that grows past any head is refused', async () => {
    const path = await askUpload()
    const head = put(
      path,
      '',
      'Content-Length: 7',
      'Transfer-Encoding: chunked',
      `X-Note: ${'x'.repeat(40_000)}`,
    )
    expectOneRefusal(await exchange(url, [head]), 431)
  })

  test('the wrong expectations are not met', async () => {
    const { port } = house.http.server.address() as AddressInfo
    const statusCode = await new Promise((resolve, reject) => {
      const sent = request(
        { port, host: '127.0.0.1', path: '/api/instance', headers: { expect: 'miracles' } },
        (reply) => {
          reply.resume()
          resolve(reply.statusCode)
        },
      )
      sent.on('error', reject)
      sent.end()
    })
    expect(statusCode).toBe(417)
  })
})
