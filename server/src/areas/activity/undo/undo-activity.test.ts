import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActivityEvent } from '#contract/activity.ts'
import { atOnce, tally } from '../../../../test/at-once.ts'
import { aKey, aPerson, type Person } from '../../../../test/people.ts'
import { aTeam } from '../../../../test/teams.ts'
import { startTestHouse, type TestHouse } from '../../../../test/test-house.ts'

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

const newest = async ({ call }: Person, query = ''): Promise<ActivityEvent> =>
  (await call('GET', `/api/activity?limit=1${query}`)).json().events[0]
const undo = ({ call }: Person, id: string, query = '') => call('POST', `/api/activity/${id}/undo${query}`)
const told = (reply: { statusCode: number; json(): { reason?: string } }) => [
  reply.statusCode,
  reply.json().reason,
]

test('a change of the profile is shown field by field and undone within the hour', async () => {
  const person = await aPerson(house)
  await person.call('POST', '/api/settings', { company: 'Acme', iconColor: '#4c6ef5', github: 'octo' })
  const event = await newest(person)
  expect(event.undo).toEqual({ until: new Date(house.clock.now().getTime() + 3600_000).toISOString() })
  expect(event.changes).toContainEqual({ field: 'company', before: '', after: 'Acme' })
  house.clock.advance(3600)
  expect((await undo(person, event._id)).json()).toEqual({ success: true })
  const settings = (await person.call('GET', '/api/settings')).json()
  expect([settings.company, settings.iconColor, settings.socials.github]).toEqual(['', undefined, ''])
  const inverse = await newest(person)
  expect(inverse).toMatchObject({
    resourceType: 'settings',
    action: 'updated',
    metadata: { undoOf: event._id, before: { company: 'Acme' }, after: { company: '' } },
  })
  const { events } = (await person.call('GET', '/api/activity')).json()
  expect(events[1]).toMatchObject({ _id: event._id, undone: true })
  expect(events[1].undo).toBeUndefined()
  // An undo is a change like any other.
  expect((await undo(person, inverse._id)).statusCode).toBe(200)
  expect((await person.call('GET', '/api/settings')).json().company).toBe('Acme')
})

test('preferences are undone as well', async () => {
  const person = await aPerson(house)
  const path = '/api/settings/preferences'
  const first = (await person.call('GET', path)).json()
  await person.call('PATCH', path, { theme: 'dark', mail: { productUpdates: true } })
  expect((await undo(person, (await newest(person))._id)).statusCode).toBe(200)
  expect((await person.call('GET', path)).json()).toEqual(first)
})

test('after an hour it is too late', async () => {
  const person = await aPerson(house)
  await person.call('POST', '/api/settings', { company: 'Acme' })
  const { _id } = await newest(person)
  house.clock.advance(3601)
  expect((await newest(person)).undo).toBeUndefined()
  const reply = await undo(person, _id)
  expect([...told(reply), reply.json().error]).toEqual([409, 'undo_expired', 'Undo window has expired'])
})

test('what was changed again since stays as it is', async () => {
  const person = await aPerson(house)
  await person.call('POST', '/api/settings', { company: 'Acme', bio: 'Somebody who builds cameras' })
  const { _id } = await newest(person)
  await person.call('POST', '/api/settings', { company: 'Other' })
  const before = (await person.call('GET', '/api/settings')).json()
  expect(told(await undo(person, _id))).toEqual([409, 'undo_conflict'])
  expect((await person.call('GET', '/api/settings')).json()).toEqual(before)
  // Nothing was claimed: once the later change is undone, this one can be.
  expect((await undo(person, (await newest(person))._id)).statusCode).toBe(200)
  expect((await undo(person, _id)).statusCode).toBe(200)
})

test('of many undos at once one is done', async () => {
  const person = await aPerson(house)
  await person.call('POST', '/api/settings', { company: 'Acme' })
  const { _id } = await newest(person)
  expect(tally(await atOnce(6, () => undo(person, _id)))).toEqual({ 200: 1, 409: 5 })
  expect(told(await undo(person, _id))).toEqual([409, 'undo_done'])
})

test('in a team it takes the role that could have made the change', async () => {
  const [owner, admin, editor, outsider] = [
    await aPerson(house),
    await aPerson(house),
    await aPerson(house),
    await aPerson(house),
  ]
  const { username } = await aTeam(house, [
    [owner, 'owner'],
    [admin, 'admin'],
    [editor, 'editor'],
  ])
  const query = `?owner=${username}`
  await owner.call('POST', `/api/settings${query}`, { company: 'Acme' })
  const { _id } = await newest(owner, `&owner=${username}`)
  expect((await newest(editor, `&owner=${username}`)).undo).toBeUndefined()
  expect(told(await undo(editor, _id, query))).toEqual([403, 'permission_denied'])
  expect(told(await undo(outsider, _id, query))).toEqual([404, 'workspace_not_found'])
  expect(told(await undo(outsider, _id))).toEqual([404, 'event_not_found'])
  expect((await undo(admin, _id, query)).statusCode).toBe(200)
})

test('what carries no inverse is refused, and so are keys', async () => {
  const person = await aPerson(house)
  const { _id } = await newest(person)
  expect(told(await undo(person, _id))).toEqual([409, 'not_undoable'])
  const key = await aKey(house, person, { scopes: ['admin', 'read', 'write'] })
  expect((await key.call('POST', `/api/activity/${_id}/undo`)).statusCode).toBe(403)
})

test('the address and program are sealed, and shown to whoever acted and to admins', async () => {
  const [owner, editor, viewer] = [await aPerson(house), await aPerson(house), await aPerson(house)]
  const { username } = await aTeam(house, [
    [owner, 'owner'],
    [editor, 'editor'],
    [viewer, 'viewer'],
  ])
  const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0' }
  await editor.call('POST', `/api/api-keys?owner=${username}`, { name: 'Robot' }, agent)
  const [byOwner, byEditor, byViewer] = [
    await newest(owner, `&owner=${username}`),
    await newest(editor, `&owner=${username}`),
    await newest(viewer, `&owner=${username}`),
  ]
  expect(byOwner).toMatchObject({ address: '127.0.0.1', client: 'Firefox 145 on Linux' })
  expect(byEditor).toMatchObject({ address: '127.0.0.1' })
  expect([byViewer.address, byViewer.client]).toEqual([undefined, undefined])
  const { rows } = await house.cells
    .get('us-1')
    .pool.query(`select client_sealed from activity_events where id = $1`, [byOwner._id])
  expect(rows[0].client_sealed.includes('127.0.0.1')).toBe(false)
  await house.cells.get('us-1').pool.query('delete from data_keys where account_id = $1', [editor.userId])
  expect((await newest(owner, `&owner=${username}`)).address).toBeUndefined()
})
