import { hash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import pg from 'pg'
import './meter.ts'

/* What the key check is compared with: a plain Fastify, once answering at once, once after one prepared, indexed SELECT of the key's
   digest on the same Postgres. No log, no limits, no record of uses, no role. */

const schema = { response: { 200: { type: 'object', properties: { status: { type: 'string' } } } } }
const text = 'select id, workspace_id, created_by, scopes, expires_at from api_keys where digest = $1'
const [smallUrl = '', largeUrl = ''] = process.argv.slice(2)

const http = Fastify({ logger: false })
http.get('/open', { schema }, async () => ({ status: 'ok' }))
for (const [path, connectionString] of [
  ['/select-small', smallUrl],
  ['/select-large', largeUrl],
] as const) {
  // As many connections as a pool of the server has.
  const pool = new pg.Pool({ connectionString, max: 10 })
  // Postgres may stop first; that is the end of the measurement anyway.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  http.get(path, { schema }, async ({ headers }) => {
    const value = headers.authorization?.slice('Bearer '.length) ?? ''
    const { rows } = await pool.query({
      name: 'find_key',
      text,
      values: [hash('sha256', value, 'buffer')],
    })
    if (rows.length === 0) throw new Error('Every key that is measured is there')
    return { status: 'ok' }
  })
}
await http.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`running at http://localhost:${(http.server.address() as AddressInfo).port}\n`)
