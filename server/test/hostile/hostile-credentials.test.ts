import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addPasskey, PasskeyAssertion } from '#contract/factors.ts'
import { Authenticator } from '../authenticator.ts'
import { aPasskey, type KeptPasskey, passkeyChallenge, passkeyOptions } from '../factors.ts'
import { aPerson, aStranger, type Caller, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { startHostileHouse } from './house.ts'
import { expectNothingStored, faultOf } from './refused.ts'

/* Passkeys that nobody's device made: whatever the answer looks like, it is parsed or refused, and none is a fault. */

const seed = 20_260_302
const runs = { seed, numRuns: 300 }

let house: TestHouse
let owner: Person
let passkey: KeptPasskey

beforeAll(async () => {
  house = await startHostileHouse()
  owner = await aPerson(house)
  passkey = await aPasskey(owner)
})
afterAll(() => house.stop())

const letters = fc.stringMatching(/^[A-Za-z0-9_-]{1,400}$/)
const packedBytes = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64url'))
const packedJson = fc.json().map((text) => Buffer.from(text).toString('base64url'))
const anyPart = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(letters, packedBytes, packedJson) },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 3 }), fc.constant(undefined)) },
)

const credentialOf = (...parts: string[]) =>
  fc.record(
    {
      id: anyPart,
      rawId: anyPart,
      type: fc.oneof({ weight: 9, arbitrary: fc.constant('public-key') }, { weight: 1, arbitrary: anyPart }),
      authenticatorAttachment: fc.oneof(fc.constantFrom('platform', null), anyPart),
      clientExtensionResults: fc.oneof(fc.constant({}), fc.dictionary(fc.string(), fc.jsonValue()), anyPart),
      response: fc.record(Object.fromEntries(parts.map((part) => [part, anyPart]))),
    },
    { requiredKeys: ['id', 'rawId', 'type', 'response'] },
  )

const anyAssertion = credentialOf('clientDataJSON', 'authenticatorData', 'signature', 'userHandle')
const anyRegistration = credentialOf('clientDataJSON', 'attestationObject', 'transports')

describe(`random credentials from seed ${seed}`, () => {
  test.each([
    ['the answer of a passkey that is used', PasskeyAssertion, anyAssertion],
    ['the answer of a passkey that is made', addPasskey.body.shape.credential, anyRegistration],
  ] as const)('%s is parsed or refused', (_name, parser, near) => {
    const random = fc.oneof(near, fc.jsonValue({ maxDepth: 6 }), fc.anything())
    fc.assert(
      fc.property(random, (value) => {
        const { success, data } = parser.safeParse(value)
        // What was let in is let in again, and is the same.
        if (success) expect(parser.parse(data)).toEqual(data)
      }),
      { seed, numRuns: 2000 },
    )
  })

  const send = async (call: Caller, address: string, credential: unknown): Promise<void> => {
    const answer = await call('POST', address, JSON.stringify({ credential }), {
      'content-type': 'application/json',
    })
    expect(faultOf(answer, [400]), JSON.stringify(credential)).toBeUndefined()
  }

  test('signs nobody in', async () => {
    const stranger = aStranger(house)
    const mine = passkey.authenticator.passkeys[0]?.id.toString('base64url') ?? ''
    // With the id of a passkey that there is, the rest is looked at as well.
    const known = fc.tuple(anyAssertion, fc.boolean()).map(([credential, isKnown]) => ({
      ...credential,
      ...(isKnown ? { id: mine, rawId: mine } : {}),
    }))
    await expectNothingStored(house, () =>
      fc.assert(
        fc.asyncProperty(known, (credential) =>
          send(stranger, '/api/auth/factors/passkeys/sign-in', credential),
        ),
        runs,
      ),
    )
  })

  test('is kept by nobody', async () => {
    await expectNothingStored(house, () =>
      fc.assert(
        fc.asyncProperty(anyRegistration, (credential) =>
          send(owner.call, '/api/auth/factors/passkeys', credential),
        ),
        runs,
      ),
    )
  })
})

/** One byte of base64url text changed, none of the first `kept`. */
const changed = (text: string, at: number, by: number, kept = 0): string => {
  const bytes = Buffer.from(text, 'base64url')
  const where = kept + (at % (bytes.length - kept))
  bytes[where] = (bytes[where] ?? 0) ^ by
  return bytes.toString('base64url')
}

const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))

describe('a genuine answer with one byte changed', () => {
  test('signs nobody in, wherever the byte stands', async () => {
    const stranger = aStranger(house)
    const credential = passkey.authenticator.get(await passkeyChallenge(stranger))
    const parts = fc.constantFrom('clientDataJSON', 'authenticatorData', 'signature', 'userHandle' as const)
    await expectNothingStored(house, () =>
      fc.assert(
        fc.asyncProperty(parts, change, async (name, [at, by]) => {
          const { response } = credential
          // The two numbers of a signature stand in a frame of two bytes, which may be spelled in several ways.
          const part = changed(response[name], at, by, name === 'signature' ? 2 : 0)
          const forged = { ...credential, response: { ...response, [name]: part } }
          const answer = await stranger('POST', '/api/auth/factors/passkeys/sign-in', { credential: forged })
          expect(faultOf(answer, [400]), `${name} ${at} ${by}`).toBeUndefined()
        }),
        runs,
      ),
    )
    const genuine = await stranger('POST', '/api/auth/factors/passkeys/sign-in', { credential })
    expect(genuine.statusCode).toBe(200)
  })

  test('is kept or refused as a passkey, and is never a fault', async () => {
    const person = await aPerson(house)
    await fc.assert(
      fc.asyncProperty(change, fc.boolean(), async ([at, by], isClientData) => {
        const { response, ...credential } = new Authenticator().create(await passkeyOptions(person.call))
        const name = isClientData ? 'clientDataJSON' : 'attestationObject'
        const forged = { ...credential, response: { ...response, [name]: changed(response[name], at, by) } }
        const answer = await person.call('POST', '/api/auth/factors/passkeys', { credential: forged })
        if (answer.statusCode === 201)
          await person.call('DELETE', `/api/auth/factors/passkeys/${answer.json().passkey.id}`)
        else expect(faultOf(answer, [400]), `${name} ${at} ${by}`).toBeUndefined()
      }),
      { ...runs, numRuns: 120 },
    )
  })
})
