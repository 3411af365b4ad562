import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '#contract/permissions.ts'
import { atOnce } from '../../../test/at-once.ts'
import { aKey, aPerson, aStranger, type Caller } from '../../../test/people.ts'
import { aTeam } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

type Part = { name: string; bytes: Buffer; filename?: string; type?: string }

const form = (...parts: Part[]) => {
  const boundary = 'gatehouse-test-boundary'
  const payload = parts.flatMap(({ name, bytes, filename = 'me.png', type = 'image/png' }) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"; filename="${filename}"\r\ncontent-type: ${type}\r\n\r\n`,
    ),
    bytes,
    Buffer.from('\r\n'),
  ])
  return {
    body: Buffer.concat([...payload, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  }
}

const upload = (call: Caller, parts: Part[], path = '/api/settings/icon') => {
  const { body, headers } = form(...parts)
  return call('POST', path, body, headers)
}

const picture = (background = '#336699') =>
  sharp({ create: { width: 64, height: 64, channels: 3, background } }).png()

const image = async (background?: string): Promise<Part> => ({
  name: 'image',
  bytes: await picture(background).toBuffer(),
})

const pathOf = (url: string) => new URL(url).pathname

test('a PNG that tells where it was taken comes back as a WebP that does not, for everybody and for ever', async () => {
  const person = await aPerson(house, { region: 'eu' })
  const bytes = await picture()
    .withExif({
      IFD0: { Artist: 'Anna Meier' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' },
    })
    .toBuffer()
  expect((await sharp(bytes).metadata()).exif).toBeDefined()
  const reply = await upload(person.call, [{ name: 'image', bytes }])
  const { downloadUrl } = reply.json()
  expect([reply.statusCode, reply.json()]).toEqual([200, { success: true, downloadUrl }])
  expect(downloadUrl).toMatch(/^http:\/\/localhost:3000\/api\/icons\/[^/]+\/[0-9a-f]{24}\.webp$/)

  const shown = await aStranger(house)('GET', pathOf(downloadUrl))
  expect(shown.statusCode).toBe(200)
  expect(shown.headers).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  })
  expect(await sharp(shown.rawPayload).metadata()).toMatchObject({ format: 'webp', width: 64, height: 64 })
  expect((await sharp(shown.rawPayload).metadata()).exif).toBeUndefined()
  expect(shown.rawPayload.includes('Anna Meier')).toBe(false)

  expect((await person.call('GET', '/api/settings')).json().imageUrl).toBe(downloadUrl)
  const { user } = (await aStranger(house)('GET', `/api/users?username=${person.username}`)).json()
  expect(user.imageUrl).toBe(downloadUrl)
})

test('another picture has another address, and the one before is gone', async () => {
  const { call } = await aPerson(house)
  const first = (await upload(call, [await image('#ff0000')])).json().downloadUrl
  const second = (await upload(call, [await image('#00ff00')])).json().downloadUrl
  expect(second).not.toBe(first)
  const gone = await call('GET', pathOf(first))
  expect([gone.statusCode, gone.json().reason]).toEqual([404, 'icon_not_found'])
  expect(gone.headers['cache-control']).toBe('no-store')
  expect((await call('GET', pathOf(second))).statusCode).toBe(200)
})

test('of pictures sent at the same moment one stays, and the settings name it', async () => {
  const { call } = await aPerson(house)
  const replies = await atOnce(6, async (n) => upload(call, [await image(`#0000${n}0`)]))
  const urls = replies.map((reply) => pathOf(reply.json().downloadUrl))
  const shown = await Promise.all(urls.map(async (url) => (await call('GET', url)).statusCode))
  expect(shown.filter((status) => status === 200)).toHaveLength(1)
  expect(pathOf((await call('GET', '/api/settings')).json().imageUrl)).toBe(urls[shown.indexOf(200)])
})

test('without a picture there are colour and initials again, and taking it away twice is no fault', async () => {
  const person = await aPerson(house)
  const { downloadUrl } = (await upload(person.call, [await image()])).json()
  house.clock.advance(1)
  for (let n = 0; n < 2; n++)
    expect((await person.call('DELETE', '/api/settings/icon')).json()).toEqual({ success: true })
  expect((await person.call('GET', '/api/settings')).json().imageUrl).toBeNull()
  expect((await person.call('GET', pathOf(downloadUrl))).statusCode).toBe(404)
  const { rows } = await house.cells.get('us-1').pool.query(
    `select metadata->>'icon' as icon from activity_events
       where user_id = $1 and metadata->>'kind' = 'icon' order by id`,
    [person.userId],
  )
  expect(rows).toEqual([{ icon: 'set' }, { icon: 'removed' }])
})

const megabytes = (count: number) => Buffer.alloc(count * 1024 * 1024, 7)
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')

test.each<[string, () => Promise<Part[]>, number, string]>([
  ['six megabytes', async () => [{ name: 'image', bytes: megabytes(6) }], 413, 'payload_too_large'],
  ['twelve megabytes', async () => [{ name: 'image', bytes: megabytes(12) }], 413, 'payload_too_large'],
  ['two pictures', async () => [await image(), await image()], 413, 'payload_too_large'],
  ['a picture in another field', async () => [{ ...(await image()), name: 'file' }], 400, 'image_unreadable'],
  ['a form without a picture', async () => [], 400, 'image_unreadable'],
  ['an empty file', async () => [{ name: 'image', bytes: Buffer.alloc(0) }], 400, 'image_unreadable'],
  [
    'bytes that are no picture',
    async () => [{ name: 'image', bytes: megabytes(1) }],
    400,
    'image_unreadable',
  ],
  [
    'a drawing with a script in it',
    async () => [{ name: 'image', bytes: svg, type: 'image/svg+xml' }],
    400,
    'image_unreadable',
  ],
  ['a drawing that claims to be a PNG', async () => [{ name: 'image', bytes: svg }], 400, 'image_unreadable'],
])('%s is refused, and the picture stays what it was', async (_what, parts, status, reason) => {
  const { call } = await aPerson(house)
  const { downloadUrl } = (await upload(call, [await image()])).json()
  const reply = await upload(call, await parts())
  expect([reply.statusCode, reply.json().reason]).toEqual([status, reason])
  expect((await call('GET', '/api/settings')).json().imageUrl).toBe(downloadUrl)
})

test('a file name says nothing about where anything is kept', async () => {
  const { call } = await aPerson(house)
  const part = { ...(await image()), filename: '../../../../etc/passwd', type: 'text/html' }
  const { downloadUrl } = (await upload(call, [part])).json()
  const shown = await call('GET', pathOf(downloadUrl))
  expect([shown.statusCode, shown.headers['content-type']]).toEqual([200, 'image/webp'])
})

test.each([
  ['JSON', { 'content-type': 'application/json' }, JSON.stringify({ image: 'x' })],
  ['a bare picture', { 'content-type': 'image/png' }, 'x'],
  ['a form of the other kind', { 'content-type': 'application/x-www-form-urlencoded' }, 'image=x'],
])('%s is no form with a picture', async (_what, headers, body) => {
  const { call } = await aPerson(house)
  expect((await call('POST', '/api/settings/icon', Buffer.from(body), headers)).statusCode).toBe(415)
})

test.each([
  ['without a boundary', (whole: string) => whole, 'multipart/form-data'],
  ['with another boundary', (whole: string) => whole, 'multipart/form-data; boundary=another'],
  [
    'that ends in the middle',
    (whole: string) => whole.slice(0, whole.length / 2),
    'multipart/form-data; boundary=gatehouse-test-boundary',
  ],
  ['that is empty', () => '', 'multipart/form-data; boundary=gatehouse-test-boundary'],
])('a form %s is refused as broken', async (_what, change, type) => {
  const { call } = await aPerson(house)
  const whole = form(await image()).body.toString('latin1')
  const body = Buffer.from(change(whole), 'latin1')
  const reply = await call('POST', '/api/settings/icon', body, { 'content-type': type })
  expect(reply.statusCode).toBeGreaterThanOrEqual(400)
  expect(reply.statusCode).toBeLessThan(500)
  expect((await call('GET', '/api/settings')).json().imageUrl).toBeNull()
})

test.each<[Role, number]>([
  ['owner', 200],
  ['admin', 200],
  ['editor', 403],
  ['viewer', 403],
])('%s of a team who changes its picture is answered %i', async (role, status) => {
  const [owner, member] = [await aPerson(house), await aPerson(house)]
  const people: [typeof owner, Role][] =
    role === 'owner'
      ? [[member, 'owner']]
      : [
          [owner, 'owner'],
          [member, role],
        ]
  const team = await aTeam(house, people)
  const path = `/api/settings/icon?owner=${team.username}`
  const reply = await upload(member.call, [await image()], path)
  expect(reply.statusCode).toBe(status)
  if (status === 200) expect(reply.json().downloadUrl).toContain(`/${team.username}/`)
  else expect(reply.json().reason).toBe('permission_denied')
  expect((await member.call('DELETE', path)).statusCode).toBe(status)
  expect((await member.call('GET', '/api/settings')).json().imageUrl).toBeNull()
})

test('nobody sets a picture without a session, from another site, with a key or of a team they are not in', async () => {
  const person = await aPerson(house)
  const parts = [await image()]
  expect((await upload(aStranger(house), parts)).statusCode).toBe(401)
  const { body, headers } = form(...parts)
  const foreign = await person.call('POST', '/api/settings/icon', body, {
    ...headers,
    origin: 'https://evil.example',
  })
  expect([foreign.statusCode, foreign.json().reason]).toEqual([403, 'cross_origin'])
  const key = await aKey(house, person, { scopes: ['admin', 'write'] })
  const byKey = await upload(key.call, parts)
  expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
  const team = await aTeam(house, [[await aPerson(house), 'owner']])
  const notTheirs = await upload(person.call, parts, `/api/settings/icon?owner=${team.username}`)
  expect([notTheirs.statusCode, notTheirs.json().reason]).toEqual([404, 'workspace_not_found'])
})

test.each([
  ['/api/icons/nobody-has-this/0123456789abcdef01234567.webp', 404],
  ['/api/icons/nobody-has-this/..%2f..%2fetc%2fpasswd', 400],
  ['/api/icons/nobody-has-this/0123456789abcdef01234567.png', 400],
])('%s is answered %i', async (path, status) => {
  expect((await aStranger(house)('GET', path)).statusCode).toBe(status)
})

test("a picture is found under its owner's name alone", async () => {
  const [owner, other] = [await aPerson(house), await aPerson(house)]
  const { downloadUrl } = (await upload(owner.call, [await image()])).json()
  const moved = pathOf(downloadUrl).replace(owner.username, other.username)
  expect((await aStranger(house)('GET', moved)).statusCode).toBe(404)
})
