import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answerOf, type IssuedKey, issueKey } from '../../../test/keys.ts'
import { aPerson, type Caller, type Person } from '../../../test/people.ts'
import { addMember, aTeam, type Team } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

/** A team whose owner lives elsewhere than its members, each with a key. */
const aTeamWithKeys = async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const [admin, editor, other] = [await aPerson(house), await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [admin, 'admin'],
    [editor, 'editor'],
    [other, 'editor'],
  ])
  const keys: Record<string, IssuedKey> = {}
  for (const [name, person] of Object.entries({ owner, admin, editor, other }))
    keys[name] = await issueKey(house, person, { name, scopes: ['read', 'admin'] }, team.username)
  return { owner, admin, editor, other, team, keys: keys as Record<Name, IssuedKey> }
}

type Name = 'owner' | 'admin' | 'editor' | 'other'
type Seen = { name: string; key?: string; isOwn: boolean; keyPrefix: string }

const seenBy = async ({ call }: { call: Caller }, { username }: Team): Promise<Seen[]> =>
  (await call('GET', `/api/api-keys?owner=${username}`)).json().keys

test('owners and admins see every key of the workspace, editors their own, and each the value of their own alone', async () => {
  const { team, keys, ...people } = await aTeamWithKeys()
  const everybodys = ['admin', 'editor', 'other', 'owner']
  for (const [name, expected] of [
    ['owner', everybodys],
    ['admin', everybodys],
    ['editor', ['editor']],
    ['other', ['other']],
  ] as const) {
    const seen = await seenBy(people[name], team)
    expect(seen.map((key) => key.name).toSorted()).toEqual(expected)
    for (const key of seen) {
      expect([key.name, key.isOwn]).toEqual([key.name, key.name === name])
      expect([key.name, key.key]).toEqual([key.name, key.name === name ? keys[name].key : undefined])
      expect(key.keyPrefix).toBe(keys[key.name as Name].key.slice(0, 11))
    }
  }
})

test('a key sees what its maker sees, without a single value, address or machine', async () => {
  const { team, keys, owner } = await aTeamWithKeys()
  await issueKey(house, owner, { name: 'limited', allowedAddresses: ['203.0.113.9'] }, team.username)
  await keys.owner.callFrom({ address: '203.0.113.10' }, 'GET', '/api/settings')
  for (const [name, count] of [
    ['owner', 5],
    ['admin', 5],
    ['editor', 1],
  ] as const) {
    const reply = await keys[name].call('GET', '/api/api-keys')
    expect([name, reply.json().keys.length]).toEqual([name, count])
    for (const { key } of Object.values(keys)) expect(reply.body).not.toContain(key.slice(11))
    for (const hidden of ['"key"', '203.0.113.9', '203.0.113.10', 'lastUsedBy'])
      expect(reply.body).not.toContain(hidden)
  }
  expect(team.username).toBe((await keys.owner.call('GET', '/api/settings')).json().username)
})

test('owners and admins revoke the keys of others; to an editor there is no such key', async () => {
  const { team, keys, ...people } = await aTeamWithKeys()
  const revoke = ({ call }: Person, { keyId }: Pick<IssuedKey, 'keyId'>) =>
    call('DELETE', `/api/api-keys/${keyId}?owner=${team.username}`)
  const missing = await revoke(people.editor, { keyId: 'f'.repeat(24) })
  for (const name of ['other', 'admin', 'owner'] as const) {
    const refused = await revoke(people.editor, keys[name])
    const { requestId: _requestId, ...words } = refused.json()
    expect([refused.statusCode, words]).toEqual([
      404,
      { error: missing.json().error, code: 'NOT_FOUND', reason: 'api_key_not_found' },
    ])
    expect(await answerOf(keys[name])).toEqual([200, undefined])
  }
  expect((await revoke(people.admin, keys.owner)).statusCode).toBe(200)
  expect((await revoke(people.owner, keys.editor)).statusCode).toBe(200)
  for (const name of ['owner', 'editor'] as const)
    expect(await answerOf(keys[name])).toEqual([401, 'invalid_api_key'])
  const { events } = (await people.other.call('GET', `/api/activity?owner=${team.username}`)).json()
  expect(events.slice(0, 2)).toMatchObject([
    { action: 'deleted', resourceId: keys.editor.keyId, userId: people.owner.userId },
    { action: 'deleted', resourceId: keys.owner.keyId, userId: people.admin.userId },
  ])
})

test('the admin scope of an editor’s key revokes no key but their own, and changes none', async () => {
  const { keys } = await aTeamWithKeys()
  for (const [method, url, status, reason, body] of [
    ['DELETE', `/api/api-keys/${keys.owner.keyId}`, 404, 'api_key_not_found', undefined],
    ['PATCH', `/api/api-keys/${keys.owner.keyId}`, 403, 'session_only', { paused: true }],
    ['PATCH', `/api/api-keys/${keys.editor.keyId}`, 403, 'session_only', { allowedAddresses: [] }],
    ['POST', `/api/api-keys/${keys.editor.keyId}/rotate`, 403, 'session_only', {}],
  ] as const) {
    const refused = await keys.editor.call(method, url, body)
    expect([url, refused.statusCode, refused.json().reason]).toEqual([url, status, reason])
  }
  expect(await answerOf(keys.owner)).toEqual([200, undefined])
  expect((await keys.editor.call('DELETE', `/api/api-keys/${keys.editor.keyId}`)).statusCode).toBe(200)
})

test('with a demotion to viewer a key only reads, from that reply on, and manages keys no more', async () => {
  const { owner, editor, team, keys } = await aTeamWithKeys()
  const create = () => keys.editor.call('POST', '/api/api-keys', {})
  expect((await create()).statusCode).toBe(200)
  await owner.call('PATCH', `/api/members/${editor.userId}?owner=${team.username}`, { role: 'viewer' })
  const refused = await create()
  expect([refused.statusCode, refused.json().needs]).toEqual([403, { role: 'editor' }])
  expect(await answerOf(keys.editor)).toEqual([200, undefined])
  await owner.call('PATCH', `/api/members/${editor.userId}?owner=${team.username}`, { role: 'editor' })
  expect((await create()).statusCode).toBe(200)
})

const end: Record<string, (all: Awaited<ReturnType<typeof aTeamWithKeys>>) => Promise<unknown>> = {
  removed: ({ owner, editor, team }) =>
    owner.call('DELETE', `/api/members/${editor.userId}?owner=${team.username}`),
  gone: ({ editor, team }) => editor.call('DELETE', `/api/members/${editor.userId}?owner=${team.username}`),
}

describe.each(Object.entries(end))('the keys of a member who was %s', (_how, leave) => {
  test('are over at once, each told of, and stay over when they come back', async () => {
    const all = await aTeamWithKeys()
    const { owner, editor, team, keys } = all
    const second = await issueKey(house, editor, { name: 'second' }, team.username)
    const own = await issueKey(house, editor, { name: 'of their own workspace' })
    await leave(all)
    for (const key of [keys.editor, second]) expect(await answerOf(key)).toEqual([401, 'invalid_api_key'])
    expect(await answerOf(own)).toEqual([200, undefined])
    expect((await seenBy(owner, team)).map(({ name }) => name).toSorted()).toEqual([
      'admin',
      'other',
      'owner',
    ])
    const { events } = (await owner.call('GET', `/api/activity?owner=${team.username}`)).json()
    const deleted = events.filter(
      (event: { resourceType: string; action: string }) =>
        event.resourceType === 'api_key' && event.action === 'deleted',
    )
    expect(deleted.map(({ resourceId }: { resourceId: string }) => resourceId).toSorted()).toEqual(
      [keys.editor.keyId, second.keyId].toSorted(),
    )
    await comeBack(owner, editor, team)
    for (const key of [keys.editor, second]) expect(await answerOf(key)).toEqual([401, 'invalid_api_key'])
    expect(await seenBy(editor, team)).toEqual([])
    expect(await answerOf(await issueKey(house, editor, {}, team.username))).toEqual([200, undefined])
  })
})

const comeBack = async (owner: Person, member: Person, { username }: Team): Promise<void> => {
  const body = { email: member.email, role: 'editor' }
  expect((await owner.call('POST', `/api/members?owner=${username}`, body)).statusCode).toBe(200)
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(member.email)[0]?.text ?? '')?.[1]
  expect((await member.call('POST', '/api/invites/accept', { token })).statusCode).toBe(200)
}

test('with a team go its keys, at once and before its data does', async () => {
  const owner = await aPerson(house)
  const team = await aTeam(house, [[owner, 'owner']])
  const [key, own] = [await issueKey(house, owner, {}, team.username), await issueKey(house, owner)]
  const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername: team.username }
  expect((await owner.call('POST', '/api/gdpr', body)).statusCode).toBe(200)
  expect(await answerOf(key)).toEqual([401, 'invalid_api_key'])
  await house.runJobs()
  expect(await answerOf(key)).toEqual([401, 'invalid_api_key'])
  expect(await answerOf(own)).toEqual([200, undefined])
  const { rows } = await house.directory.database.pool.query(
    'select kind from entries where subject_id = $1',
    [key.keyId],
  )
  expect(rows).toEqual([])
})

test('a key acts in its own workspace alone, whichever else its maker belongs to', async () => {
  const { editor, team, keys } = await aTeamWithKeys()
  for (const owner of [editor.username, 'nobody-by-this-name']) {
    const refused = await keys.editor.call('GET', `/api/settings?owner=${owner}`)
    expect([refused.statusCode, refused.json().reason]).toEqual([403, 'workspace_mismatch'])
  }
  const same = await keys.editor.call('GET', `/api/settings?owner=${team.username}`)
  expect(same.json().username).toBe(team.username)
  await editor.call('POST', '/api/auth/workspace', { username: editor.username })
  expect((await keys.editor.call('GET', '/api/settings')).json().username).toBe(team.username)
})

test('who uses a key is told in sessions alone, to its maker and to owners and admins', async () => {
  const { team, keys, ...people } = await aTeamWithKeys()
  const viewer = await aPerson(house)
  await addMember(house, { id: team.id, cellId: 'eu-1' }, viewer.userId, 'viewer')
  await keys.editor.callFrom({ address: '203.0.113.80' }, 'GET', '/api/settings')
  const path = `/api/api-keys/${keys.editor.keyId}/uses?owner=${team.username}`
  for (const name of ['owner', 'admin', 'editor'] as const) {
    const { total, machines } = (await people[name].call('GET', path)).json()
    expect([name, total, machines[0].address]).toEqual([name, 1, '203.0.113.80'])
  }
  const missing = await people.other.call('GET', path.replace(keys.editor.keyId, 'f'.repeat(24)))
  const hidden = await people.other.call('GET', path)
  expect([hidden.statusCode, hidden.json().error]).toEqual([404, missing.json().error])
  expect((await viewer.call('GET', path)).json()).toMatchObject({ needs: { role: 'editor' } })
  const byKey = await keys.editor.call('GET', path)
  expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
})
