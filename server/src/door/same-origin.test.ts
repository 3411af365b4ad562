import { expect, test } from 'vitest'
import { isSameOrigin } from './same-origin.ts'

type Row = {
  publicUrl?: string
  host?: string
  origin?: string
  site?: string
  cookie?: boolean
  good: boolean
}

const fallback = 'http://localhost:3000'
const site = 'https://gate.example.com'

test.each<Row>([
  // PUBLIC_URL is set: it alone is the site.
  { publicUrl: site, origin: site, good: true },
  { publicUrl: `${site}/base/`, origin: site, good: true },
  { publicUrl: site, origin: 'http://gate.example.com', good: false },
  { publicUrl: site, origin: 'https://gate.example.com:8443', good: false },
  { publicUrl: site, origin: 'https://gate.example.com.evil.example', good: false },
  { publicUrl: site, origin: 'https://sub.gate.example.com', good: false },
  { publicUrl: site, origin: 'null', good: false },
  { publicUrl: site, origin: '', good: false },
  { publicUrl: site, origin: 'http://localhost:3000', host: 'localhost:3000', good: false },
  // PUBLIC_URL is unset: the address it listens on, and the request's own host when that is a loopback name.
  { origin: 'http://localhost:3000', host: 'localhost:3000', good: true },
  { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000', good: true },
  { origin: 'http://[::1]:3000', host: '[::1]:3000', good: true },
  { origin: 'http://localhost:8080', host: 'localhost:8080', good: true },
  { origin: 'http://localhost:8080', host: 'localhost:3000', good: false },
  { origin: 'https://localhost:3000', host: 'localhost:3000', good: false },
  { origin: 'http://evil.example', host: 'evil.example', good: false },
  { origin: 'http://localhost.evil.example', host: 'localhost.evil.example', good: false },
  { origin: 'http://localhost:3000', host: 'evil.example', good: true },
  // No Origin: what the browser says of the site it comes from.
  { site: 'same-origin', good: true },
  { site: 'same-origin', cookie: true, good: true },
  { site: 'same-site', cookie: true, good: false },
  { site: 'cross-site', cookie: true, good: false },
  { site: 'cross-site', good: false },
  { site: 'none', cookie: true, good: false },
  // A foreign Origin is not mended by a friendly Sec-Fetch-Site.
  { publicUrl: site, origin: 'https://evil.example', site: 'same-origin', good: false },
  // Neither: a client that is no browser, as long as it brings no cookie.
  { good: true },
  { cookie: true, good: false },
])('%j', ({ publicUrl = null, host, origin, site: fetchSite, cookie = false, good }) => {
  const headers = {
    ...(host === undefined ? {} : { host }),
    ...(origin === undefined ? {} : { origin }),
    ...(fetchSite === undefined ? {} : { 'sec-fetch-site': fetchSite }),
  }
  expect(isSameOrigin(headers, cookie, publicUrl, fallback)).toBe(good)
})
