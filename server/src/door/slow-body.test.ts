import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueKey } from '../../test/keys.ts'
import { aPerson } from '../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'

let house: TestHouse
let url: string
beforeAll(async () => {
  house = await startTestHouse()
  url = await house.listen()
})
afterAll(() => house.stop())

/** Sends the head of a request and half of its body, then the rest once `meanwhile` is done and a second has gone by. */
const sendSlowly = async (headers: Record<string, string>, meanwhile: () => Promise<unknown>) => {
  const body = JSON.stringify({ name: 'Sent slowly' })
  const sent = request(`${url}/api/projects`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
  })
  sent.write(body.slice(0, 5))
  // A body takes as long as its sender likes: no clock of ours has a say in it.
  await pause(1100)
  await meanwhile()
  sent.end(body.slice(5))
  const [reply] = await once(sent, 'response')
  return { status: reply.statusCode, reason: JSON.parse(await text(reply)).reason }
}

test('a request whose body outlives the key it came with is refused', async () => {
  const person = await aPerson(house)
  const { key, keyId } = await issueKey(house, person)
  const headers = { authorization: `Bearer ${key}` }
  expect(await sendSlowly(headers, async () => {})).toEqual({ status: 201, reason: undefined })
  const late = await sendSlowly(headers, () => person.call('DELETE', `/api/api-keys?keyId=${keyId}`))
  expect(late).toEqual({ status: 401, reason: 'invalid_api_key' })
})

test('and so is one whose session was signed out meanwhile', async () => {
  const person = await aPerson(house)
  const headers = { cookie: `gatehouse_session=${person.cookie}`, origin: url }
  const late = await sendSlowly(headers, () => person.call('POST', '/api/auth/sign-out'))
  expect(late).toEqual({ status: 401, reason: 'authentication_required' })
})
