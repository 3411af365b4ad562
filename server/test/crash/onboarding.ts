import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { SignUp } from '../../src/areas/accounts/sign-up/sign-up-token.ts'
import { finishOnboarding } from '../../src/areas/onboarding/finish-onboarding.ts'
import { secondsAfter } from '../../src/clock.ts'
import { signUps } from '../../src/directory/table.ts'
import { password } from '../browser.ts'
import { aStranger } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import type { Death } from './deaths.ts'
import { countOf, rowsOf } from './stores.ts'

type Newcomer = { signUp: SignUp; username: string }

/** Somebody about to get an account, with a password or, where there is none, by an account at a provider. */
export const prepareOnboarding = async (house: TestHouse, passwordHash: string | null) => {
  const at = house.clock.now()
  const id = randomUUID()
  const expiresAt = secondsAfter(at, 3600)
  await house.directory.database.db.insert(signUps).values({ id, codeSentAt: at, verifiedAt: at, expiresAt })
  const username = `crash-${id.slice(0, 13)}`
  const email = `${username}@example.com`
  const signUp: SignUp = {
    id,
    email,
    passwordHash,
    ...(passwordHash === null
      ? {
          identity: {
            provider: 'google',
            issuer: 'https://provider.example',
            subject: id,
            email,
            name: null,
          },
        }
      : {}),
    codeDigest: '',
    codeNumber: 1,
    codeSentAt: at.toISOString(),
    verified: true,
    expiresAt: expiresAt.toISOString(),
  }
  return { command: { name: 'onboard', signUp, username } as const, subject: { signUp, username } }
}

/** An account that works, or a name, an address and an account at a provider that are free. */
export const checkOnboarding = async (house: TestHouse, deaths: Death<Newcomer>[]): Promise<void> => {
  expect(deaths.length).toBeGreaterThan(13)
  for (const { subject, isDone } of deaths) {
    const { username, signUp } = subject
    const [account] = await rowsOf(house, 'eu-1', 'select id from profiles where username = $1', [username])
    if (isDone) expect(account).toBeDefined()
    const stranger = aStranger(house)
    const { available } = (await stranger('GET', `/api/username/check?username=${username}`)).json()
    expect(available).toBe(!account)
    const signIn = await stranger('POST', '/api/auth/sign-in', { email: signUp.email, password })
    expect(signIn.statusCode).toBe(account && signUp.passwordHash ? 200 : 401)
    if (account) await expectWhole(house, String(account.id), signUp)
    else await startAnew(house, subject)
  }
}

const expectWhole = async (house: TestHouse, userId: string, { identity }: SignUp): Promise<void> => {
  const entries = identity ? ['email', 'external_login', 'username'] : ['email', 'username']
  const found = await rowsOf(
    house,
    'directory',
    'select kind, state from entries where subject_id = $1 order by kind',
    [userId],
  )
  expect(found).toEqual(entries.map((kind) => ({ kind, state: 'confirmed' })))
  for (const [from, count] of [
    ['users where id = $1', 1],
    ['emails where user_id = $1', 1],
    ['identities where user_id = $1', identity ? 1 : 0],
    ['memberships where user_id = $1', 1],
    ['data_keys where account_id = $1', 1],
    [`activity_events where user_id = $1 and action = 'completed'`, 1],
  ] as const)
    expect(await countOf(house, 'eu-1', from, [userId]), from).toBe(count)
}

const startAnew = async (house: TestHouse, { signUp, username }: Newcomer): Promise<void> => {
  const input = { username, displayName: 'Crash', region: 'eu' } as const
  const client = { ip: '127.0.0.1', device: 'test', userAgent: 'again', requestId: 'again' }
  const { reply } = await finishOnboarding(house, signUp, input, client, house.clock.now())
  await expectWhole(house, reply.user.id, signUp)
}
