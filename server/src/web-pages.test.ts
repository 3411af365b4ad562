import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setSecurityHeaders } from './door/security-headers.ts'
import { installWebPages } from './web-pages.ts'

let dist: string
let app: FastifyInstance

const serve = async (folder: string): Promise<FastifyInstance> => {
  const http = Fastify()
  http.addHook('onRequest', async (_request, reply) => setSecurityHeaders(reply, false))
  await installWebPages(http, pathToFileURL(`${folder}/`))
  await http.ready()
  return http
}

beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'gatehouse-dist-'))
  await mkdir(join(dist, 'assets'))
  await writeFile(
    join(dist, 'index.html'),
    '<!doctype html><meta name="nonce" content="__CSP_NONCE__">the page',
  )
  await writeFile(join(dist, 'assets', 'app-1a2b.js'), 'export {}')
  await writeFile(join(dist, 'favicon.svg'), '<svg/>')
  await writeFile(join(dist, '.build-hash'), 'secret')
  app = await serve(dist)
})
afterAll(async () => {
  await app.close()
  await rm(dist, { recursive: true, force: true })
})

const policyOf = (headers: Record<string, unknown>) =>
  Object.fromEntries(
    String(headers['content-security-policy'])
      .split('; ')
      .map((rule) => [rule.split(' ')[0]!, rule.split(' ').slice(1).join(' ')]),
  )

test.each(['/', '/settings', '/settings?tab=api-keys', '/anna/project/model', '/index', '/apiary'])(
  'the address %s shows the page, which nobody may keep',
  async (url) => {
    const reply = await app.inject({ url })
    expect(reply.statusCode).toBe(200)
    expect(reply.body).toContain('the page')
    expect(reply.headers['content-type']).toMatch(/^text\/html/)
    expect(reply.headers['cache-control']).toBe('no-store')
  },
)

test('the page runs scripts of the site only, and its styles by a nonce that changes with every reply', async () => {
  const replies = await Promise.all([1, 2, 3].map(() => app.inject({ url: '/settings' })))
  const nonces = replies.map((reply) => {
    const policy = policyOf(reply.headers)
    expect(policy['script-src']).toBe("'self'")
    expect(policy['default-src']).toBe("'none'")
    expect(policy['style-src-elem']).not.toContain('unsafe-inline')
    expect(reply.body).not.toContain('__CSP_NONCE__')
    const nonce = /content="([^"]+)"/.exec(reply.body)?.[1]
    expect(policy['style-src-elem']).toBe(`'self' 'nonce-${nonce}'`)
    return nonce
  })
  expect(new Set(nonces).size).toBe(3)
})

test('built files may be kept for ever, others are asked for again', async () => {
  const asset = await app.inject({ url: '/assets/app-1a2b.js' })
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable')
  expect(asset.headers['content-type']).toMatch(/javascript/)
  expect((await app.inject({ url: '/favicon.svg' })).headers['cache-control']).toBe('no-cache')
})

test.each(['/api/nothing', '/api', '/assets/gone.js', '/_mailbox', '/nothing.png', '/../package.json'])(
  'the address %s is no page',
  async (url) => {
    const reply = await app.inject({ url })
    expect([reply.statusCode, reply.json().reason]).toEqual([404, 'route_not_found'])
  },
)

test('what the build keeps for itself is not served', async () => {
  expect((await app.inject({ url: '/.build-hash' })).body).not.toContain('secret')
  expect((await app.inject({ url: '/index.html' })).body).not.toContain('__CSP_NONCE__')
})

test('only reading an address shows the page', async () => {
  for (const method of ['POST', 'PUT', 'DELETE'] as const)
    expect((await app.inject({ method, url: '/settings' })).statusCode).toBe(404)
  const head = await app.inject({ method: 'HEAD', url: '/settings' })
  expect([head.statusCode, head.body]).toEqual([200, ''])
})

test('before the web app is built every unknown address is a plain 404', async () => {
  const bare = await serve(join(dist, 'nowhere'))
  const reply = await bare.inject({ url: '/' })
  expect([reply.statusCode, reply.json().reason]).toEqual([404, 'route_not_found'])
  await bare.close()
})
