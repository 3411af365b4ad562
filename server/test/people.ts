import { randomBytes, randomUUID } from 'node:crypto'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Region } from '#contract/common.ts'
import type { Scope } from '#contract/permissions.ts'
import { hashPassword } from '../src/areas/accounts/passwords/password.ts'
import { finishOnboarding } from '../src/areas/onboarding/finish-onboarding.ts'
import { secondsAfter } from '../src/clock.ts'
import { signUps } from '../src/directory/table.ts'
import type { TestHouse } from './test-house.ts'

/** Sends a request and gives the reply; objects go as JSON, changing requests come from the site. */
export type Caller = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD',
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<LightMyRequestResponse>

export type Person = {
  userId: string
  username: string
  email: string
  password: string
  /** The value of the session cookie, the newest one. */
  cookie: string
  /** Sends that cookie, and takes the one that comes back when the session gets another. */
  call: Caller
}

export type KeyHolder = { keyId: string; key: string; call: Caller }

const site = 'http://localhost:3000'
const password = 'correct horse battery staple'
let passwordHash: Promise<string> | undefined

const caller =
  (house: TestHouse, own: Record<string, string>): Caller =>
  (method, url, body, headers = {}) => {
    const options: InjectOptions = { method, url, headers: { host: 'localhost:3000', ...own, ...headers } }
    if (body !== undefined) options.payload = body as NonNullable<InjectOptions['payload']>
    return house.http.inject(options)
  }

/** Somebody without an account. */
export const aStranger = (house: TestHouse): Caller => caller(house, { origin: site })

/** A person with an account and a session, by the command that onboarding uses. */
export const aPerson = async (
  house: TestHouse,
  { region = 'us', username, email }: { region?: Region; username?: string; email?: string } = {},
): Promise<Person> => {
  const name = username ?? `person-${randomBytes(5).toString('hex')}`
  const address = email ?? `${name}@example.com`
  passwordHash ??= hashPassword(password)
  const at = house.clock.now()
  const id = randomUUID()
  const expiresAt = secondsAfter(at, 3600)
  await house.directory.database.db.insert(signUps).values({ id, codeSentAt: at, verifiedAt: at, expiresAt })
  const signUp = {
    id,
    email: address,
    passwordHash: await passwordHash,
    codeDigest: '',
    codeNumber: 1,
    codeSentAt: at.toISOString(),
    verified: true,
    expiresAt: expiresAt.toISOString(),
  }
  const input = { username: name, displayName: `Person ${name}`, region }
  const client = { ip: '127.0.0.1', device: 'test', userAgent: 'test', requestId: 'test' }
  const { reply, cookie } = await finishOnboarding(house, signUp, input, client, at)
  const person: Person = {
    userId: reply.user.id,
    username: name,
    email: address,
    password,
    cookie,
    async call(...request) {
      const send = caller(house, { origin: site, cookie: `gatehouse_session=${person.cookie}` })
      const answer = await send(...request)
      person.cookie = answer.cookies.find((kept) => kept.name === 'gatehouse_session')?.value || person.cookie
      return answer
    },
  }
  return person
}

/** A key of that person's own workspace, by the API. */
export const aKey = async (
  house: TestHouse,
  person: Person,
  { name, scopes }: { name?: string; scopes?: Scope[] } = {},
): Promise<KeyHolder> => {
  const reply = await person.call('POST', '/api/api-keys', {
    ...(name ? { name } : {}),
    ...(scopes ? { scopes } : {}),
  })
  const { keyId, key } = reply.json()
  return { keyId, key, call: caller(house, { authorization: `Bearer ${key}` }) }
}

/** Sends a training event with a key and gives the answer. */
export const sendEvent = (holder: Pick<KeyHolder, 'call'>, event: string, fields: Record<string, unknown>) =>
  holder.call('POST', '/api/webhooks/training/metrics', { event, data: {}, ...fields })

/** Starts a run and gives the ids the client would keep. */
export const aRun = async (
  holder: Pick<KeyHolder, 'call'>,
  { project = 'first-project', name = 'train', epochs = 3 } = {},
): Promise<{ modelId: string; modelSlug: string; runId: string }> => {
  const data = {
    trainArgs: { model: 'yolo26n.pt', task: 'detect' },
    epochs,
    device: 'cpu',
    environment: { os: 'Linux' },
  }
  return (await sendEvent(holder, 'training_started', { project, name, data })).json()
}
