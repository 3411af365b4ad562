import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { createApiKey } from '#contract/api-keys.ts'
import type { Received } from '#contract/endpoint.ts'
import type { KeyHolder, Person } from './people.ts'
import type { TestHouse } from './test-house.ts'

/** Where a key is used from and by what. */
export type From = { address?: string; userAgent?: string; headers?: Record<string, string> }

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type IssuedKey = KeyHolder & {
  issued: Received<typeof createApiKey>
  /** The same as `call`, from a place. */
  callFrom(from: From, method: Method, url: string, body?: unknown): Promise<LightMyRequestResponse>
}

/** A key with whatever limits, of the workspace that `owner` names or of the person's own. */
export const issueKey = async (
  house: TestHouse,
  person: Pick<Person, 'call'>,
  fields: Record<string, unknown> = {},
  owner?: string,
): Promise<IssuedKey> => {
  const reply = await person.call('POST', `/api/api-keys${owner ? `?owner=${owner}` : ''}`, fields)
  if (reply.statusCode !== 200) throw new Error(`No key was issued: ${reply.body}`)
  return holding(house, reply.json())
}

/** Somebody who holds the key of a reply. */
export const holding = (house: TestHouse, issued: Received<typeof createApiKey>): IssuedKey => {
  const { keyId, key } = issued
  const callFrom: IssuedKey['callFrom'] = ({ address, userAgent, headers }, method, url, body) => {
    const options: InjectOptions = {
      method,
      url,
      headers: {
        host: 'localhost:3000',
        authorization: `Bearer ${key}`,
        ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
        ...headers,
      },
      ...(address === undefined ? {} : { remoteAddress: address }),
    }
    if (body !== undefined) options.payload = body as NonNullable<InjectOptions['payload']>
    return house.http.inject(options)
  }
  return {
    keyId,
    key,
    issued,
    callFrom,
    call: (method, url, body, headers = {}) => callFrom({ headers }, method as Method, url, body),
  }
}

/** What a key is answered now: the status, and why when it is refused. */
export const answerOf = async (holder: Pick<KeyHolder, 'call'>): Promise<[number, string | undefined]> => {
  const reply = await holder.call('GET', '/api/settings')
  return [reply.statusCode, reply.json().reason]
}
