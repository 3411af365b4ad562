import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { may, type Permission, type Role, roles } from '#contract/permissions.ts'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aKey, aPerson, aStranger, type Person } from '../../../../test/people.ts'
import { addMember, aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { grantEnterprise } from '../grant-enterprise.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

/** A team with one person of each role, who live in different regions. */
const aFullTeam = async () => {
  const people = {
    owner: await aPerson(house, { region: 'eu' }),
    admin: await aPerson(house, { region: 'us' }),
    editor: await aPerson(house, { region: 'eu' }),
    viewer: await aPerson(house, { region: 'ap' }),
  }
  const team = await aTeam(
    house,
    roles.map((role) => [people[role], role]),
  )
  return { ...people, team }
}

const change = (by: Person, team: Team, { userId }: { userId: string }, role: string) =>
  by.call('PATCH', `/api/members/${userId}?owner=${team.username}`, { role })
const remove = (by: Person, team: Team, { userId }: { userId: string }) =>
  by.call('DELETE', `/api/members/${userId}?owner=${team.username}`)
const handOver = (by: Person, team: Team, { userId }: { userId: string }) =>
  by.call('POST', `/api/members/transfer-ownership?owner=${team.username}`, { targetUserId: userId })

const rolesReply = (by: Person, { username }: Team) => by.call('GET', `/api/members?owner=${username}`)
const rolesIn = async (by: Person, { username }: Team): Promise<Record<string, Role>> => {
  const { members } = (await by.call('GET', `/api/members?owner=${username}`)).json()
  return Object.fromEntries(members.map((row: { userId: string; role: Role }) => [row.userId, row.role]))
}

const eventsOf = async ({ id }: Team) =>
  (
    await house.cells.get('eu-1').pool.query(
      `select resource_type || '/' || action as event, user_id, resource_id, metadata from activity_events
       where workspace_id = $1 order by seq`,
      [id],
    )
  ).rows

test('the list shows everybody by rank, from where they are and at the address they shared, and to every role', async () => {
  const { team, ...people } = await aFullTeam()
  for (const role of roles) {
    const { members, maxSeats } = (
      await people[role].call('GET', `/api/members?owner=${team.username}`)
    ).json()
    expect(maxSeats).toBe(50)
    expect(members).toMatchObject(
      roles.map((each) => ({
        userId: people[each].userId,
        username: people[each].username,
        email: people[each].email,
        role: each,
        status: 'active',
      })),
    )
    expect(members.map(({ region }: { region?: string }) => region)).toEqual([
      undefined,
      'us',
      undefined,
      'ap',
    ])
  }
})

test.each([
  ['GET', '/api/members', 'members.view'],
  ['POST', '/api/members', 'invites.manage'],
  ['PATCH', '/api/members/user_000000000000000000000000', 'members.manage'],
  ['POST', '/api/members/transfer-ownership', 'team.transfer'],
  ['DELETE', '/api/invites/none', 'invites.manage'],
  ['POST', '/api/invites/none/resend', 'invites.manage'],
] as const)('%s %s lets in exactly the roles of %s', async (method, path, permission: Permission) => {
  const { team, ...people } = await aFullTeam()
  const bodies: Record<string, unknown> = {
    '/api/members': { email: 'somebody.new@example.com', role: 'viewer' },
    '/api/members/user_000000000000000000000000': { role: 'viewer' },
    '/api/members/transfer-ownership': { targetUserId: 'user_000000000000000000000000' },
  }
  const body = method === 'GET' ? undefined : bodies[path]
  const denied: Role[] = []
  for (const role of [...roles].reverse()) {
    const reply = await people[role].call(method, `${path}?owner=${team.username}`, body)
    if (reply.json().reason === 'permission_denied') denied.unshift(role)
  }
  expect(denied).toEqual(roles.filter((role) => !may(role, permission)))
})

test('nobody outside is told whether there is such a team, and keys manage no members', async () => {
  const { owner, editor, team } = await aFullTeam()
  const stranger = await aPerson(house)
  const here = await stranger.call('GET', `/api/members?owner=${team.username}`)
  const nowhere = await stranger.call('GET', '/api/members?owner=no-such-team')
  expect([here.statusCode, here.json().error]).toEqual([404, nowhere.json().error])
  expect((await remove(stranger, team, editor)).statusCode).toBe(404)
  const anonymous = await aStranger(house)('GET', `/api/members?owner=${team.username}`)
  expect(anonymous.statusCode).toBe(401)
  const made = await owner.call('POST', `/api/api-keys?owner=${team.username}`, { scopes: ['admin'] })
  const byKey = await aStranger(house)('GET', '/api/members', undefined, {
    authorization: `Bearer ${made.json().key}`,
  })
  expect([byKey.statusCode, byKey.json().reason]).toEqual([403, 'session_only'])
})

test('a role changes once, is told with who did it and what it was, and the same one again tells nothing', async () => {
  const { owner, editor, team } = await aFullTeam()
  for (let time = 0; time < 2; time++)
    expect((await change(owner, team, editor, 'viewer')).json()).toMatchObject({ success: true })
  expect((await rolesIn(owner, team))[editor.userId]).toBe('viewer')
  expect((await eventsOf(team)).slice(1)).toMatchObject([
    {
      event: 'settings/updated',
      user_id: owner.userId,
      resource_id: editor.userId,
      metadata: { kind: 'member', change: 'role_changed', before: 'editor', after: 'viewer' },
    },
  ])
})

test('an admin faces neither the owner nor another admin, nor makes one', async () => {
  const { owner, admin, editor, viewer, team } = await aFullTeam()
  await change(owner, team, viewer, 'admin')
  for (const refused of [
    await change(admin, team, viewer, 'editor'),
    await change(admin, team, owner, 'editor'),
    await change(admin, team, editor, 'admin'),
    await change(admin, team, admin, 'editor'),
    await remove(admin, team, viewer),
    await remove(admin, team, owner),
  ])
    expect([refused.statusCode, refused.json().reason]).toEqual([403, 'permission_denied'])
  expect(await rolesIn(owner, team)).toEqual({
    [owner.userId]: 'owner',
    [admin.userId]: 'admin',
    [viewer.userId]: 'admin',
    [editor.userId]: 'editor',
  })
})

test('ownership is handed over, never given', async () => {
  const { owner, admin, team } = await aFullTeam()
  const refused = await change(owner, team, admin, 'owner')
  expect([refused.statusCode, refused.json().reason]).toEqual([400, 'invalid_request'])
  expect((await change(owner, team, owner, 'admin')).statusCode).toBe(403)
  const leaving = await remove(owner, team, owner)
  expect([leaving.statusCode, leaving.json().error]).toEqual([400, 'Transfer ownership before leaving'])
})

test('whoever is removed or leaves is told of with the role they had, and is missing from then on', async () => {
  const { owner, admin, editor, viewer, team } = await aFullTeam()
  expect((await remove(owner, team, viewer)).json()).toMatchObject({ success: true })
  expect((await remove(editor, team, editor)).json()).toMatchObject({ success: true })
  expect((await remove(owner, team, viewer)).json().reason).toBe('member_not_found')
  expect((await change(admin, team, editor, 'viewer')).json().reason).toBe('member_not_found')
  expect((await eventsOf(team)).slice(1)).toMatchObject([
    {
      event: 'settings/deleted',
      user_id: owner.userId,
      resource_id: viewer.userId,
      metadata: { kind: 'member', change: 'member_removed', before: 'viewer' },
    },
    {
      event: 'settings/deleted',
      user_id: editor.userId,
      resource_id: editor.userId,
      metadata: { kind: 'member', change: 'member_left', before: 'editor' },
    },
  ])
  expect((await editor.call('GET', '/api/teams')).json()).toEqual({ teams: [], unreachable: [] })
})

test.each([
  [
    'whose licence has run out',
    'update workspaces set enterprise_until = created_at where id = $1',
    'license_expired',
  ],
  [
    'that asks for a second factor they do not have',
    'update workspaces set second_factor_required = true where id = $1',
    'second_factor_required',
  ],
])('somebody may leave a team %s, and do nothing else there', async (_, close, reason) => {
  const { owner, admin, editor, team } = await aFullTeam()
  await house.cells.get('eu-1').pool.query(close, [team.id])
  expect((await rolesReply(admin, team)).json().reason).toBe(reason)
  expect((await remove(admin, team, editor)).json().reason).toBe(reason)
  expect((await remove(admin, team, owner)).json().reason).toBe(reason)
  expect((await remove(admin, team, admin)).json()).toMatchObject({ success: true })
  expect((await rolesReply(admin, team)).statusCode).toBe(404)
})

test('nobody leaves their own workspace, and nobody is removed from theirs', async () => {
  const [owner, guest] = [await aPerson(house, { region: 'eu' }), await aPerson(house)]
  const own = { id: owner.userId, username: owner.username }
  await grantEnterprise(house, owner.username, { seats: 3, until: null }, house.clock.now())
  await addMember(house, { id: owner.userId, cellId: 'eu-1' }, guest.userId, 'admin')
  const leaving = await remove(owner, own, owner)
  expect([leaving.statusCode, leaving.json().reason]).toEqual([400, 'invalid_request'])
  expect((await remove(guest, own, owner)).statusCode).toBeGreaterThanOrEqual(400)
  expect((await change(guest, own, owner, 'viewer')).json().reason).toBe('permission_denied')
  expect(await rolesIn(owner, own)).toEqual({ [owner.userId]: 'owner', [guest.userId]: 'admin' })
  const renamed = await guest.call('POST', `/api/settings?owner=${own.username}`, {
    displayName: 'Somebody else',
  })
  expect([renamed.statusCode, renamed.json().reason]).toEqual([403, 'permission_denied'])
  expect((await remove(guest, own, guest)).json()).toMatchObject({ success: true })
})

test('ten removals of one member at once are told once', async () => {
  const { owner, viewer, team } = await aFullTeam()
  const replies = await atOnce(10, () => remove(owner, team, viewer))
  expect(tally(replies)).toEqual({ 200: 1, 404: 9 })
  expect((await eventsOf(team)).filter(({ metadata }) => metadata.change === 'member_removed')).toHaveLength(
    1,
  )
})

test('a team is handed to a member of another region, who is its owner in every way; the one before is an admin', async () => {
  const { owner, viewer, editor, team } = await aFullTeam()
  const { key } = (await owner.call('POST', `/api/api-keys?owner=${team.username}`, {})).json()
  expect((await handOver(owner, team, viewer)).json()).toMatchObject({ success: true })
  expect(await rolesIn(viewer, team)).toMatchObject({ [viewer.userId]: 'owner', [owner.userId]: 'admin' })
  expect((await handOver(owner, team, owner)).statusCode).toBe(403)
  expect((await change(owner, team, viewer, 'editor')).statusCode).toBe(403)
  expect((await change(viewer, team, editor, 'admin')).statusCode).toBe(200)
  const byKey = await aStranger(house)('GET', '/api/settings', undefined, { authorization: `Bearer ${key}` })
  expect(byKey.json().username).toBe(team.username)
  expect((await eventsOf(team)).find(({ resource_id }) => resource_id === viewer.userId)).toMatchObject({
    event: 'settings/updated',
    user_id: owner.userId,
    metadata: { kind: 'member', change: 'ownership_transferred', after: 'owner' },
  })
  expect((await handOver(viewer, team, owner)).json()).toMatchObject({ success: true })
})

test('a team is handed to members only, and a personal workspace to nobody', async () => {
  const { owner, admin, team } = await aFullTeam()
  const stranger = await aPerson(house)
  expect((await handOver(owner, team, stranger)).json().reason).toBe('member_not_found')
  expect((await handOver(owner, team, { userId: 'user_ffffffffffffffffffffffff' })).json().reason).toBe(
    'member_not_found',
  )
  expect((await handOver(owner, team, owner)).statusCode).toBe(400)
  expect((await handOver(admin, team, admin)).json().reason).toBe('permission_denied')
  const own = await owner.call('POST', '/api/members/transfer-ownership', { targetUserId: admin.userId })
  expect([own.statusCode, own.json().reason]).toEqual([400, 'invalid_request'])
  expect((await rolesIn(owner, team))[owner.userId]).toBe('owner')
})

test('two hand-overs at once leave one owner, who alone holds a slot for the team', async () => {
  for (let round = 0; round < 5; round++) {
    const { owner, admin, viewer, team } = await aFullTeam()
    const replies = await Promise.all([handOver(owner, team, admin), handOver(owner, team, viewer)])
    expect(tally(replies)).toEqual({ 200: 1, 403: 1 })
    const [won, lost] = replies[0]!.statusCode === 200 ? [admin, viewer] : [viewer, admin]
    const now = await rolesIn(won, team)
    expect(Object.values(now).filter((role) => role === 'owner')).toHaveLength(1)
    expect([now[won.userId], now[owner.userId]]).toEqual(['owner', 'admin'])
    for (const [{ userId }, slots] of [
      [won, 1],
      [lost, 0],
      [owner, 0],
    ] as const)
      expect(await house.directory.listHeld('team_slot', userId)).toHaveLength(slots)
  }
})

test('ten hand-overs to the same member at once happen once', async () => {
  const { owner, admin, team } = await aFullTeam()
  const replies = await atOnce(10, () => handOver(owner, team, admin))
  expect(tally(replies)).toEqual({ 200: 1, 403: 9 })
  expect(await house.directory.listHeld('team_slot', admin.userId)).toHaveLength(1)
  expect(await house.directory.listHeld('team_slot', owner.userId)).toHaveLength(0)
})

test('a removal and a hand-over to the same member at once leave a team with one owner', async () => {
  for (let round = 0; round < 5; round++) {
    const { owner, admin, editor, team } = await aFullTeam()
    const [removed, handed] = await Promise.all([remove(admin, team, editor), handOver(owner, team, editor)])
    const now = await rolesIn(admin, team)
    expect(Object.values(now).filter((role) => role === 'owner')).toHaveLength(1)
    if (handed!.statusCode === 200) expect([removed!.statusCode, now[editor.userId]]).toEqual([403, 'owner'])
    else expect([removed!.statusCode, handed!.statusCode, now[editor.userId]]).toEqual([200, 404, undefined])
    expect(await house.directory.listHeld('team_slot', editor.userId)).toHaveLength(
      handed!.statusCode === 200 ? 1 : 0,
    )
  }
})

test('a body or an address that makes no sense is refused before anything is looked up', async () => {
  const { owner, editor, team } = await aFullTeam()
  for (const [method, path, body] of [
    ['PATCH', `/api/members/${editor.userId}`, { role: 'king' }],
    ['PATCH', `/api/members/${editor.userId}`, { role: 'viewer', more: 1 }],
    ['PATCH', `/api/members/${'x'.repeat(129)}`, { role: 'viewer' }],
    ['POST', '/api/members/transfer-ownership', { targetUserId: 'x'.repeat(129) }],
    ['POST', '/api/members/transfer-ownership', {}],
    ['POST', '/api/members', { email: 'not an address', role: 'viewer' }],
    ['POST', '/api/members', { email: `${'a'.repeat(250)}@example.com`, role: 'viewer' }],
    ['POST', '/api/members', { email: 'a@example.com', role: 'owner' }],
  ] as const) {
    const reply = await owner.call(method, `${path}?owner=${team.username}`, body)
    expect([reply.statusCode, reply.json().code], JSON.stringify(body)).toEqual([400, 'VALIDATION_ERROR'])
  }
  const two = await owner.call('POST', `/api/members?owner=${team.username}`, {
    email: 'a@example.com',
    role: 'viewer',
    owner: owner.username,
  })
  expect([two.statusCode, two.json().reason]).toEqual([400, 'conflicting_owner'])
})

test('a key of somebody made before the team was theirs is not taken along by leaving it', async () => {
  const { owner, editor, team } = await aFullTeam()
  const own = await aKey(house, editor)
  await remove(owner, team, editor)
  expect((await own.call('GET', '/api/settings')).statusCode).toBe(200)
})

test('a hand-over whose reservation lapsed leaves the owner as they were, and can be tried again', async () => {
  const { owner, viewer, team } = await aFullTeam()
  vi.spyOn(house.directory, 'confirm').mockImplementationOnce(async ({ id }) => {
    await house.directory.giveUp(id)
    return false
  })
  expect((await handOver(owner, team, viewer)).json().reason).toBe('store_unavailable')
  expect((await rolesIn(owner, team))[owner.userId]).toBe('owner')
  expect(await house.directory.listHeld('team_slot', owner.userId)).toHaveLength(1)
  expect(await house.directory.listHeld('team_slot', viewer.userId)).toHaveLength(0)
  expect((await handOver(owner, team, viewer)).statusCode).toBe(200)
})

test('a removal that died on its way is finished by the janitor, keys included, and told once as who began it', async () => {
  const { owner, editor, team } = await aFullTeam()
  const { key } = (await editor.call('POST', `/api/api-keys?owner=${team.username}`, {})).json()
  const { release } = house.directory
  vi.spyOn(house.directory, 'release').mockImplementationOnce(async (...entries) => {
    await release.apply(house.directory, entries)
    throw new Error('The process died')
  })
  expect((await remove(owner, team, editor)).statusCode).toBe(500)
  house.clock.advance(121)
  for (let time = 0; time < 2; time++) await house.runSchedules()
  expect(Object.keys(await rolesIn(owner, team))).not.toContain(editor.userId)
  const used = await aStranger(house)('GET', '/api/settings', undefined, { authorization: `Bearer ${key}` })
  expect(used.statusCode).toBe(401)
  expect((await eventsOf(team)).filter(({ metadata }) => metadata.change === 'member_removed')).toMatchObject(
    [{ user_id: owner.userId, resource_id: editor.userId }],
  )
})
