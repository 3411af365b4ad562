import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { dump } from '../../../../test/dump.ts'
import { aPerson, aRun, aStranger, type Caller, type Person } from '../../../../test/people.ts'
import { aTeam, type Team } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'
import { grantEnterprise } from '../grant-enterprise.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse({ gate: true })
})
afterAll(() => house.stop())

const aTeamOf = async (owner: Person) => aTeam(house, [[owner, 'owner']])

const remove = ({ call }: Pick<Person, 'call'>, { username }: Team, confirmationWord = 'DELETE') =>
  call('POST', '/api/gdpr', { action: 'delete', confirmationWord, teamUsername: username })

const keyIn = async ({ username }: Team, person: Person, scopes = ['write']) => {
  const { key } = (await person.call('POST', `/api/api-keys?owner=${username}`, { scopes })).json()
  const call: Caller = (method, url, body) =>
    aStranger(house)(method, url, body, { authorization: `Bearer ${key}` })
  return { key: key as string, call }
}

const isThere = async (person: Person, { username }: Team) =>
  (await person.call('GET', `/api/settings?owner=${username}`)).statusCode === 200

/** What the deletion left for the worker to do. */
const jobFor = async ({ id }: Team) => {
  const { rows } = await house.cells
    .get('eu-1')
    .pool.query(`select payload from graphile_worker._private_jobs where payload->>'teamId' = $1`, [id])
  return rows[0]?.payload as Record<string, string>
}

test('from the reply on the team is gone for everybody, keys included, before any job has run', async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const team = await aTeamOf(owner)
  const key = await keyIn(team, owner)
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(200)
  expect((await remove(owner, team)).json()).toEqual({ success: true })
  expect((await key.call('GET', '/api/settings')).statusCode).toBe(401)
  expect(await isThere(owner, team)).toBe(false)
  expect((await owner.call('GET', '/api/teams')).json().teams).toEqual([])
  expect((await owner.call('POST', '/api/auth/workspace', { username: team.username })).statusCode).toBe(404)
  expect((await remove(owner, team)).json().reason).toBe('workspace_not_found')
  expect(await house.directory.listHeld('team_slot', owner.userId)).toEqual([])
})

test('no request with a key of the team passes after the reply', async () => {
  const owner = await aPerson(house, { region: 'us' })
  const team = await aTeamOf(owner)
  const key = await keyIn(team, owner)
  const request = async () => (await key.call('GET', '/api/settings')).statusCode
  const before = atOnce(40, request)
  expect((await remove(owner, team)).statusCode).toBe(200)
  const after = await atOnce(150, request)
  await before
  expect([...new Set(after)]).toEqual([401])
})

test('its name is never given out again, to check and to create, before and after the job', async () => {
  const owner = await aPerson(house)
  const other = await aPerson(house, { region: 'ap' })
  const team = await aTeamOf(owner)
  await remove(owner, team)
  for (const when of ['before', 'after']) {
    if (when === 'after') await house.runJobs()
    const check = await aStranger(house)('GET', `/api/username/check?username=${team.username}`)
    expect(check.json(), when).toMatchObject({ available: false, problem: 'taken' })
    for (const { call } of [owner, other]) {
      const again = await call('POST', '/api/teams/create', { username: team.username, fullName: 'Again' })
      expect([again.statusCode, again.json().error], when).toEqual([409, 'Username is already taken'])
    }
  }
  house.clock.advance(10 * 60)
  await house.runSchedules()
  const check = await aStranger(house)('GET', `/api/username/check?username=${team.username}`)
  expect(check.json().available).toBe(false)
})

test('rows, files, events, keys and invites of the team are gone from every store once the job has run', async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const team = await aTeamOf(owner)
  const key = await keyIn(team, owner)
  const { modelId } = await aRun(key, { project: 'doomed-project' })
  const upload = await key.call('POST', '/api/webhooks/models/upload', { modelId, filename: 'best.pt' })
  const url = new URL(upload.json().uploadUrl)
  const stored = await house.http.inject({
    method: 'PUT',
    url: `${url.pathname}${url.search}`,
    headers: { host: 'localhost:3000', 'content-type': 'application/octet-stream' },
    payload: randomBytes(5000),
  })
  expect(stored.statusCode).toBe(200)
  await key.call('POST', '/api/webhooks/training/metrics', {
    event: 'checkpoint_saved',
    modelId,
    data: { modelPath: upload.json().gcsPath },
  })
  const invited = { email: 'pending.at.the.end@example.com', role: 'viewer' }
  await owner.call('POST', `/api/members?owner=${team.username}`, invited)
  await house.runJobs()
  expect(await filesOnDisk()).not.toEqual([])

  expect((await remove(owner, team)).statusCode).toBe(200)
  await house.runJobs()
  const cell = await dump(house.cells.get('eu-1').pool)
  // The owner's feed tells of the team by id and name; nothing else does.
  const traces = cell.split('\n').filter((line) => line.includes(team.id) || line.includes(modelId))
  expect(traces).toHaveLength(1)
  expect(traces[0]).toContain('team_deleted')
  expect(await filesOnDisk()).toEqual([])
  const { rows } = await house.directory.database.pool.query(
    `select kind, state from entries where subject_id = $1`,
    [team.id],
  )
  expect(rows).toEqual([{ kind: 'username', state: 'retired' }])
})

const filesOnDisk = async () =>
  (await readdir(house.filesDir, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)

test("the owner's own feed tells of it, once, however often the job runs", async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const team = await aTeamOf(owner)
  await remove(owner, team)
  const payload = await jobFor(team)
  for (let time = 0; time < 2; time++) await house.app.jobs['erase-team']!(payload)
  await house.runJobs()
  await house.app.jobs['erase-team']!(payload)
  const { events } = (await owner.call('GET', '/api/activity')).json()
  const told = events.filter(({ resourceId }: { resourceId?: string }) => resourceId === team.id)
  expect(told).toMatchObject([
    {
      resourceType: 'settings',
      action: 'deleted',
      resourceName: 'The team',
      userId: owner.userId,
      metadata: { kind: 'member', change: 'team_deleted', username: team.username },
    },
  ])
})

test('the job finishes in the directory what a process that died after the commit did not get to', async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const team = await aTeamOf(owner)
  await remove(owner, team)
  const payload = await jobFor(team)
  const { pool } = house.directory.database
  await pool.query(`update entries set state = 'confirmed' where subject_id = $1`, [team.id])
  await house.app.jobs['erase-team']!(payload)
  const check = await aStranger(house)('GET', `/api/username/check?username=${team.username}`)
  expect(check.json().available).toBe(false)
  expect(await house.directory.find(house.directory.guessable('username', team.username))).toBeUndefined()
})

test('pending invites are cancelled: their links are unknown and their mails are not sent', async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const [early, late] = [await aPerson(house), await aPerson(house)]
  const team = await aTeamOf(owner)
  const invite = (email: string) =>
    owner.call('POST', `/api/members?owner=${team.username}`, { email, role: 'viewer' })
  await invite(early.email)
  await house.runJobs()
  const token = /token=([\w-]+)/.exec(house.mailbox.list(early.email)[0]!.text)![1]
  await invite(late.email)
  await remove(owner, team)
  for (const when of ['before', 'after']) {
    if (when === 'after') await house.runJobs()
    expect((await aStranger(house)('GET', `/api/invites/info?token=${token}`)).statusCode, when).toBe(404)
    expect((await early.call('POST', '/api/invites/accept', { token })).statusCode, when).toBe(404)
  }
  expect(house.mailbox.list(late.email)).toEqual([])
  house.clock.advance(15 * 24 * 3600)
  await house.runSchedules()
  await house.runJobs()
  expect(house.mailbox.list(owner.email).filter(({ subject }) => subject.includes('lapsed'))).toEqual([])
})

test('an invite that is accepted while the team is deleted leaves a team with a member, or none of both', async () => {
  for (let round = 0; round < 8; round++) {
    const owner = await aPerson(house, { region: 'eu' })
    const guest = await aPerson(house, { region: 'us' })
    const team = await aTeamOf(owner)
    await owner.call('POST', `/api/members?owner=${team.username}`, { email: guest.email, role: 'viewer' })
    await house.runJobs()
    const token = /token=([\w-]+)/.exec(house.mailbox.list(guest.email)[0]!.text)![1]
    const [accepted, deleted] = await Promise.all([
      guest.call('POST', '/api/invites/accept', { token }),
      new Promise((done) => setTimeout(done, round * 2)).then(() => remove(owner, team)),
    ])
    const joined = accepted.statusCode === 200
    expect([accepted.statusCode, deleted.statusCode]).toEqual(joined ? [200, 409] : [404, 200])
    expect(await isThere(owner, team)).toBe(joined)
    expect(await house.directory.listHeld('membership', guest.userId)).toHaveLength(joined ? 1 : 0)
  }
})

test('a team with other members is not deleted', async () => {
  const [owner, viewer] = [await aPerson(house), await aPerson(house, { region: 'ap' })]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [viewer, 'viewer'],
  ])
  const refused = await remove(owner, team)
  expect([refused.statusCode, refused.json().reason]).toEqual([409, 'team_has_members'])
  expect(await isThere(viewer, team)).toBe(true)
  await owner.call('DELETE', `/api/members/${viewer.userId}?owner=${team.username}`)
  expect((await remove(owner, team)).statusCode).toBe(200)
})

test.each(['delete', 'Delete', 'DELETE ', '', 'LÖSCHEN'])('the word %j does not delete', async (word) => {
  const owner = await aPerson(house)
  const team = await aTeamOf(owner)
  const refused = await remove(owner, team, word)
  expect([refused.statusCode, refused.json().reason]).toEqual([400, 'confirmation_word_wrong'])
  expect(await isThere(owner, team)).toBe(true)
})

test('only the owner deletes, and whoever has no part in the team finds none', async () => {
  const [owner, admin] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [admin, 'admin'],
  ])
  const refused = await remove(admin, team)
  expect([refused.statusCode, refused.json()]).toEqual([
    403,
    expect.objectContaining({ reason: 'permission_denied', needs: { role: 'owner' } }),
  ])
  const stranger = await aPerson(house)
  const [here, nowhere] = [
    await remove(stranger, team),
    await remove(stranger, { id: '', username: 'nobody-at-all' }),
  ]
  expect([here.statusCode, here.json().error]).toEqual([404, nowhere.json().error])
  expect((await remove({ call: aStranger(house) }, team)).statusCode).toBe(401)
  expect((await remove(owner, { id: '', username: owner.username })).json().reason).toBe(
    'workspace_not_found',
  )
  expect(await isThere(admin, team)).toBe(true)
})

test('a key deletes no team, whatever its scopes', async () => {
  const owner = await aPerson(house)
  const team = await aTeamOf(owner)
  const refused = await remove(await keyIn(team, owner, ['admin']), team)
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'session_only'])
  expect(await isThere(owner, team)).toBe(true)
})

test('it takes a recent sign-in: sixteen minutes later somebody confirms first', async () => {
  const owner = await aPerson(house)
  const team = await aTeamOf(owner)
  house.clock.advance(16 * 60)
  const refused = await remove(owner, team)
  expect([refused.statusCode, refused.json().reason]).toEqual([403, 'reauthentication_required'])
  expect(await isThere(owner, team)).toBe(true)
  const { password } = owner
  expect((await owner.call('POST', '/api/auth/reauthenticate', { password })).statusCode).toBe(200)
  expect((await remove(owner, team)).statusCode).toBe(200)
})

test('two different names in address and body are refused, as is a body that says more', async () => {
  const owner = await aPerson(house)
  const [one, other] = [await aTeamOf(owner), await aTeamOf(owner)]
  const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername: one.username }
  const conflict = await owner.call('POST', `/api/gdpr?owner=${other.username}`, body)
  expect([conflict.statusCode, conflict.json().reason]).toEqual([400, 'conflicting_owner'])
  expect((await owner.call('POST', '/api/gdpr', { ...body, more: 1 })).statusCode).toBe(400)
  expect([await isThere(owner, one), await isThere(owner, other)]).toEqual([true, true])
  expect((await owner.call('POST', `/api/gdpr?owner=${one.username}`, body)).statusCode).toBe(200)
})

test('a team whose licence has run out can still be deleted by its owner', async () => {
  const owner = await aPerson(house)
  const team = await aTeamOf(owner)
  await grantEnterprise(house, team.username, { seats: 2, until: house.clock.now() }, house.clock.now())
  expect((await remove(owner, team)).statusCode).toBe(200)
})

test('ten deletions at once happen once', async () => {
  const owner = await aPerson(house, { region: 'eu' })
  const team = await aTeamOf(owner)
  const replies = await atOnce(10, () => remove(owner, team))
  expect(tally(replies)).toEqual({ 200: 1, 404: 9 })
})

test('the slot is free for another team at once', async () => {
  const owner = await aPerson(house)
  const teams: Team[] = []
  for (let n = 0; n < 5; n++) teams.push(await aTeamOf(owner))
  const create = () =>
    owner.call('POST', '/api/teams/create', { username: `after-${teams[0]!.username}`, fullName: 'After' })
  expect((await create()).json().reason).toBe('team_limit_reached')
  await remove(owner, teams[2]!)
  expect((await create()).statusCode).toBe(200)
})
