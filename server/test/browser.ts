import type { LightMyRequestResponse } from 'fastify'
import type { Caller } from './people.ts'
import type { TestHouse } from './test-house.ts'

/** The `name=value` cookies that a reply sets, and the whole lines. */
export const cookiesOf = (reply: LightMyRequestResponse): { pairs: string; lines: string[] } => {
  const lines = [reply.headers['set-cookie'] ?? []].flat()
  return { pairs: lines.map((line) => line.split(';')[0]).join('; '), lines }
}

export type Browser = {
  call: Caller
  /** The Cookie header it would send. */
  cookies(): string
}

/** Somebody without an account whose client keeps cookies as a browser does. */
export const aBrowser = (
  house: TestHouse,
  { origin = 'http://localhost:3000', ip = '127.0.0.1', userAgent = 'Mozilla/5.0 test' } = {},
): Browser => {
  const jar = new Map<string, string>()
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const call: Caller = async (method, url, body, headers = {}) => {
    const reply = await house.http.inject({
      method,
      url,
      remoteAddress: ip,
      headers: {
        host: new URL(origin).host,
        origin,
        'user-agent': userAgent,
        ...(jar.size ? { cookie: cookies() } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    for (const { name, value } of reply.cookies) {
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return reply
  }
  return { call, cookies }
}

/** The code in the newest mail to an address. */
export const codeFor = (house: TestHouse, email: string): string => {
  const code = /\b\d{6}\b/.exec(house.mailbox.list(email)[0]?.text ?? '')?.[0]
  if (!code) throw new Error(`No code was mailed to ${email}`)
  return code
}

/** Another six digits than `code`. */
export const wrongCode = (code: string, by = 1): string =>
  String((Number(code) + by) % 1_000_000).padStart(6, '0')

export const password = 'correct horse battery staple'

/** A browser whose sign-up has proved its address. */
export const aVerifiedBrowser = async (house: TestHouse, email: string): Promise<Browser> => {
  const browser = aBrowser(house)
  await browser.call('POST', '/api/auth/sign-up', { email, password })
  await browser.call('POST', '/api/auth/verify', { code: codeFor(house, email) })
  return browser
}
