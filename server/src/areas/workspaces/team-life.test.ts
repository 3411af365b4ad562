import { afterAll, beforeAll, expect, test } from 'vitest'
import { aKey, aPerson, type Person } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { grantEnterprise } from './grant-enterprise.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

const tokenTo = async (email: string): Promise<string> => {
  await house.runJobs()
  return /\/invite\?token=([A-Za-z0-9_-]+)/.exec(house.mailbox.list(email)[0]!.text)![1]!
}

const create = async (owner: Person, username: string) => {
  const reply = await owner.call('POST', '/api/teams/create', { username, fullName: 'Acme Vision' })
  expect(reply.statusCode).toBe(200)
  return reply.json().team as { userId: string; username: string }
}

test('a team lives: it is made, granted seats, joined from another region, handed over, left and deleted', async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const member = await aPerson(house, { region: 'us' })
  const team = await create(owner, 'acme-vision')
  expect(team).toMatchObject({ plan: 'free', region: 'eu', role: 'owner', fullName: 'Acme Vision' })

  const early = await owner.call('POST', `/api/members?owner=acme-vision`, {
    email: member.email,
    role: 'editor',
  })
  expect([early.statusCode, early.json()]).toEqual([
    403,
    expect.objectContaining({ error: 'Seat limit reached', needs: { plan: 'pro' } }),
  ])
  await grantEnterprise(house, 'acme-vision', { seats: 3, until: null }, house.clock.now())
  const invited = await owner.call('POST', `/api/members?owner=acme-vision`, {
    email: member.email,
    role: 'editor',
  })
  expect(invited.json()).toMatchObject({ invited: true, email: member.email })

  const token = await tokenTo(member.email)
  const info = await house.http.inject({
    url: `/api/invites/info?token=${token}`,
    headers: { host: 'localhost:3000' },
  })
  expect(info.json()).toMatchObject({
    workspace: { username: 'acme-vision', displayName: 'Acme Vision', region: 'eu' },
    role: 'editor',
    email: member.email,
    status: 'pending',
  })
  const accepted = await member.call('POST', '/api/invites/accept', { token })
  expect([accepted.statusCode, accepted.json()]).toEqual([
    200,
    { success: true, workspace: expect.objectContaining({ username: 'acme-vision', role: 'editor' }) },
  ])
  expect((await member.call('GET', '/api/teams')).json().teams).toMatchObject([
    { username: 'acme-vision', role: 'editor', region: 'eu' },
  ])
  const list = (await owner.call('GET', '/api/members?owner=acme-vision')).json()
  expect(list).toMatchObject({
    maxSeats: 3,
    members: [
      { userId: owner.userId, role: 'owner', email: owner.email },
      { userId: member.userId, role: 'editor', email: member.email, region: 'us', status: 'active' },
    ],
  })

  await member.call('POST', '/api/auth/workspace', { username: 'acme-vision' })
  expect((await member.call('GET', '/api/auth/me')).json().workspace).toMatchObject({
    username: 'acme-vision',
  })
  const key = await aKey(house, member)
  expect((await key.call('GET', '/api/settings')).json().username).toBe('acme-vision')

  const handed = await owner.call('POST', '/api/members/transfer-ownership?owner=acme-vision', {
    targetUserId: member.userId,
  })
  expect(handed.json()).toMatchObject({ success: true })
  const left = await owner.call('DELETE', `/api/members/${owner.userId}?owner=acme-vision`)
  expect(left.json()).toMatchObject({ success: true })
  expect((await owner.call('GET', '/api/members?owner=acme-vision')).statusCode).toBe(404)

  const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername: 'acme-vision' }
  expect((await member.call('POST', '/api/gdpr', body)).json()).toMatchObject({ success: true })
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(401)
  await house.runJobs()
  expect((await member.call('GET', '/api/auth/me')).json().workspace.username).toBe(member.username)
  const again = await owner.call('POST', '/api/teams/create', { username: 'acme-vision', fullName: 'Again' })
  expect([again.statusCode, again.json().error]).toEqual([409, 'Username is already taken'])
  const { rows } = await house.cells
    .get('eu-1')
    .pool.query('select id from workspaces where id = $1', [team.userId])
  expect(rows).toEqual([])
})
