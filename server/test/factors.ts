import { generate } from 'otplib'
import { Authenticator, type AuthenticatorOptions } from './authenticator.ts'
import type { Browser } from './browser.ts'
import type { Caller, Person } from './people.ts'
import type { TestHouse } from './test-house.ts'

/** What the page that uses a passkey gets from the server. */
export const passkeyChallenge = async (call: Caller): Promise<unknown> =>
  (await call('POST', '/api/auth/factors/passkeys/challenge')).json().options

/** What the page that makes a passkey gets from the server. */
export const passkeyOptions = async (call: Caller): Promise<unknown> =>
  (await call('POST', '/api/auth/factors/passkeys/options')).json().options

export type KeptPasskey = {
  id: string
  authenticator: Authenticator
  /** Of the first factor only. */
  recoveryCodes: string[]
  /** A fresh challenge, answered. */
  assert(): Promise<ReturnType<Authenticator['get']>>
}

/** A passkey that a signed-in person has just added. */
export const aPasskey = async (
  person: Pick<Person, 'call'>,
  { name, ...options }: AuthenticatorOptions & { name?: string } = {},
): Promise<KeptPasskey> => {
  const authenticator = new Authenticator(options)
  const credential = authenticator.create(await passkeyOptions(person.call))
  const reply = await person.call('POST', '/api/auth/factors/passkeys', {
    ...(name ? { name } : {}),
    credential,
  })
  if (reply.statusCode !== 201) throw new Error(`No passkey: ${reply.body}`)
  const { passkey, recoveryCodes = [] } = reply.json()
  const assert = async () => authenticator.get(await passkeyChallenge(person.call))
  return { id: passkey.id, authenticator, recoveryCodes, assert }
}

export type KeptTotp = {
  secret: string
  recoveryCodes: string[]
  /** What the app shows now, or so many 30-second steps from now. */
  code(steps?: number): Promise<string>
}

/** An authenticator app that a signed-in person has just set up, with the code before the present one, so that the present one is good. */
export const aTotp = async (house: TestHouse, person: Pick<Person, 'call'>): Promise<KeptTotp> => {
  const { secret } = (await person.call('POST', '/api/auth/factors/totp')).json()
  const code = totpOf(house, secret)
  const reply = await person.call('POST', '/api/auth/factors/totp/confirm', { code: await code(-1) })
  if (reply.statusCode !== 200) throw new Error(`No authenticator app: ${reply.body}`)
  return { secret, recoveryCodes: reply.json().recoveryCodes ?? [], code }
}

/** What an app with this secret shows by the house's clock. */
export const totpOf =
  (house: TestHouse, secret: string) =>
  (steps = 0): Promise<string> =>
    generate({ secret, epoch: Math.floor(house.clock.now().getTime() / 1000) + steps * 30 })

/** The first step of a sign-in, in a browser that then waits for the second. */
export const passPassword = async (person: Pick<Person, 'email' | 'password'>, browser: Browser) =>
  browser.call('POST', '/api/auth/sign-in', { email: person.email, password: person.password })
