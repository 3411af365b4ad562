import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse
let owner: Person

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
  owner = await aPerson(house)
})
afterAll(() => house.stop())

const events = async (person: Person) =>
  (await person.call('GET', '/api/activity?limit=100'))
    .json()
    .events.map(
      (event: { resourceType: string; action: string; resourceId: string }) =>
        `${event.resourceType}/${event.action} ${event.resourceId}`,
    )

test('a revoked key is refused from the moment of the reply', async () => {
  const key = await aKey(house, owner)
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(200)
  const revoked = await owner.call('DELETE', `/api/api-keys?keyId=${key.keyId}`)
  expect(revoked.json()).toMatchObject({ deleted: true, keyId: key.keyId })
  const refused = await key.call('GET', '/api/settings')
  expect(refused.statusCode).toBe(401)
  expect(refused.json()).toMatchObject({ error: 'Invalid API key', reason: 'invalid_api_key' })
})

test('of 1,000 concurrent requests sent after the reply none passes', async () => {
  const key = await aKey(house, owner)
  let revoked = false
  const passedAfter: number[] = []
  const request = async () => {
    const sentAfter = revoked
    const { statusCode } = await key.call('GET', '/api/settings')
    if (sentAfter && statusCode !== 401) passedAfter.push(statusCode)
    return statusCode
  }
  const before = Array.from({ length: 200 }, request)
  const reply = owner.call('DELETE', `/api/api-keys?keyId=${key.keyId}`).then((answer) => {
    revoked = true
    return answer
  })
  expect((await reply).statusCode).toBe(200)
  const after = await Promise.all(Array.from({ length: 1000 }, request))
  await Promise.all(before)
  expect(after.filter((status) => status !== 401)).toEqual([])
  expect(passedAfter).toEqual([])
})

test('the event names the key and who revoked it', async () => {
  const key = await aKey(house, owner, { name: 'Named in the feed' })
  await owner.call('DELETE', `/api/api-keys/${key.keyId}`)
  const { events: rows } = (await owner.call('GET', '/api/activity?search=named')).json()
  expect(rows[0]).toMatchObject({
    action: 'deleted',
    resourceType: 'api_key',
    resourceId: key.keyId,
    resourceName: 'Named in the feed',
    userId: owner.userId,
    userEmail: owner.email,
  })
  expect(rows[0].metadata.keyPrefix).toBe(key.key.slice(0, 11))
  expect(JSON.stringify(rows)).not.toContain(key.key)
})

test('two revokes at once leave one event', async () => {
  const key = await aKey(house, owner)
  const answers = await Promise.all(
    [1, 2].map(() => owner.call('DELETE', `/api/api-keys?keyId=${key.keyId}`)),
  )
  expect(answers.map((answer) => answer.statusCode)).toContain(200)
  expect(
    (await events(owner)).filter((line: string) => line === `api_key/deleted ${key.keyId}`),
  ).toHaveLength(1)
})

test("another workspace's key looks missing and stays alive", async () => {
  const key = await aKey(house, owner)
  const stranger = await aPerson(house)
  const refused = await stranger.call('DELETE', `/api/api-keys?keyId=${key.keyId}`)
  const missing = await stranger.call('DELETE', '/api/api-keys?keyId=000000000000000000000000')
  expect(refused.statusCode).toBe(404)
  expect(refused.json().error).toBe(missing.json().error)
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(200)
})

test('a key without the admin scope manages no keys, one with it does', async () => {
  const plain = await aKey(house, owner)
  expect((await plain.call('POST', '/api/api-keys', { name: 'x' })).json()).toMatchObject({
    error: 'Permission denied for this operation',
    reason: 'scope_missing',
  })
  const admin = await aKey(house, owner, { scopes: ['admin'] })
  const made = (await admin.call('POST', '/api/api-keys', { name: 'made by a key' })).json()
  expect((await admin.call('DELETE', `/api/api-keys?keyId=${made.keyId}`)).statusCode).toBe(200)
})
