import { afterAll, beforeAll, expect, test } from 'vitest'
import { answerOf, type IssuedKey, issueKey } from '../../../test/keys.ts'
import { aPerson, type Person } from '../../../test/people.ts'
import { aTeam, type Team } from '../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'

/* An installation where owners alone manage keys (SPEC 5.2, KEY_POLICY=owner-only), and the same people in one where roles decide. */

let house: TestHouse
let byRole: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ config: { keyPolicy: 'owner-only' } })
  byRole = await startTestHouse({ gate: true })
})
afterAll(async () => {
  await house.stop()
  await byRole.stop()
})

const aTeamOfAll = async (where: TestHouse) => {
  const [owner, admin, editor] = [await aPerson(where), await aPerson(where), await aPerson(where)]
  const team = await aTeam(where, [
    [owner, 'owner'],
    [admin, 'admin'],
    [editor, 'editor'],
  ])
  return { owner, admin, editor, team, key: await issueKey(where, owner, {}, team.username) }
}

type Sent = Pick<Person, 'call'>

/** Everything that has to do with keys. */
const attempts = ({ username }: Pick<Team, 'username'>, { keyId }: Pick<IssuedKey, 'keyId'>) =>
  [
    ['list', ({ call }: Sent) => call('GET', `/api/api-keys?owner=${username}`)],
    ['create', ({ call }: Sent) => call('POST', `/api/api-keys?owner=${username}`, {})],
    [
      'pause',
      ({ call }: Sent) => call('PATCH', `/api/api-keys/${keyId}?owner=${username}`, { paused: false }),
    ],
    ['rotate', ({ call }: Sent) => call('POST', `/api/api-keys/${keyId}/rotate?owner=${username}`, {})],
    ['look at the uses of', ({ call }: Sent) => call('GET', `/api/api-keys/${keyId}/uses?owner=${username}`)],
    ['revoke', ({ call }: Sent) => call('DELETE', `/api/api-keys?owner=${username}&keyId=${keyId}`)],
    ['revoke by path', ({ call }: Sent) => call('DELETE', `/api/api-keys/${keyId}?owner=${username}`)],
  ] as const

test('where owners alone manage keys, admins and editors are told so, whatever they try, and nothing happens', async () => {
  const { owner, admin, editor, team, key } = await aTeamOfAll(house)
  for (const person of [admin, editor])
    for (const [what, attempt] of attempts(team, key)) {
      const refused = await attempt(person)
      expect([what, refused.statusCode, refused.json()]).toEqual([
        what,
        403,
        {
          error: 'Workspace owner access required',
          code: 'FORBIDDEN',
          reason: 'workspace_owner_required',
          requestId: refused.headers['x-request-id'],
          hint: expect.stringContaining(team.username),
          needs: { role: 'owner' },
        },
      ])
    }
  expect(await answerOf(key)).toEqual([200, undefined])
  expect((await owner.call('GET', `/api/api-keys?owner=${team.username}`)).json().keys).toHaveLength(1)
})

test('where owners alone manage keys, they do all of it', async () => {
  const { owner, team, key } = await aTeamOfAll(house)
  for (const [what, attempt] of attempts(team, key).filter(([name]) => name !== 'revoke by path'))
    expect([what, (await attempt(owner)).statusCode]).toEqual([what, 200])
})

test('everybody is the owner of their own workspace', async () => {
  const person = await aPerson(house)
  expect(await answerOf(await issueKey(house, person))).toEqual([200, undefined])
})

test('a key with the admin scope manages keys while its maker is the owner, and not after they handed over', async () => {
  const { owner, admin, team } = await aTeamOfAll(house)
  const key = await issueKey(house, owner, { scopes: ['admin'] }, team.username)
  expect((await key.call('POST', '/api/api-keys', {})).statusCode).toBe(200)
  await owner.call('POST', `/api/members/transfer-ownership?owner=${team.username}`, {
    targetUserId: admin.userId,
  })
  const refused = await key.call('POST', '/api/api-keys', {})
  expect([refused.statusCode, refused.json().error]).toEqual([403, 'Workspace owner access required'])
  expect((await admin.call('GET', `/api/api-keys?owner=${team.username}`)).statusCode).toBe(200)
})

test('a viewer, who manages no keys anywhere, is told of the role the table asks for', async () => {
  for (const where of [house, byRole]) {
    const [owner, viewer] = [await aPerson(where), await aPerson(where)]
    const team = await aTeam(where, [
      [owner, 'owner'],
      [viewer, 'viewer'],
    ])
    const refused = await viewer.call('GET', `/api/api-keys?owner=${team.username}`)
    expect([refused.statusCode, refused.json().reason]).toEqual([403, 'permission_denied'])
  }
})

test('somebody who is no member is told nothing of the policy', async () => {
  const { team, key } = await aTeamOfAll(house)
  const stranger = await aPerson(house)
  for (const [what, attempt] of attempts(team, key)) {
    const refused = await attempt(stranger)
    expect([what, refused.statusCode, refused.json().reason]).toEqual([what, 404, 'workspace_not_found'])
    expect(refused.json()).not.toHaveProperty('hint')
  }
})

test('where roles decide, an editor does all of it with keys of their own', async () => {
  const { editor, team } = await aTeamOfAll(byRole)
  const key = await issueKey(byRole, editor, {}, team.username)
  for (const [what, attempt] of attempts(team, key).filter(([name]) => name !== 'revoke by path'))
    expect([what, (await attempt(editor)).statusCode]).toEqual([what, 200])
})
