import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestHouse } from '../test-house.ts'
import { checkRotate, prepareRotate } from './api-keys.ts'
import { dieBeforeEveryStatement, settle, startMortalHouse } from './deaths.ts'
import {
  checkAccept,
  checkCancel,
  checkInvite,
  checkResend,
  lookAtInvites,
  prepareAccept,
  prepareCancel,
  prepareInvite,
  prepareResend,
} from './invites.ts'
import { checkRemove, lookAtMembers, prepareRemove } from './members.ts'
import { expectStoresAgree, rowsOf } from './stores.ts'
import {
  checkCreateTeam,
  checkDeleteTeam,
  checkTransfer,
  lookAtTeams,
  prepareCreateTeam,
  prepareDeleteTeam,
  prepareEraseTeam,
  prepareTransfer,
} from './teams.ts'

/* The same as in crash.test.ts, for what happens among people: each process is killed before every statement of each command. */

let house: TestHouse
let deaths: Awaited<ReturnType<typeof dieOfEverything>>

const dieOfEverything = () =>
  dieBeforeEveryStatement(house, {
    createTeam: () => prepareCreateTeam(house),
    deleteTeam: () => prepareDeleteTeam(house),
    eraseTeam: () => prepareEraseTeam(house),
    transfer: () => prepareTransfer(house),
    invite: () => prepareInvite(house),
    accept: () => prepareAccept(house),
    cancel: () => prepareCancel(house),
    resend: () => prepareResend(house),
    remove: () => prepareRemove(house),
    rotate: () => prepareRotate(house),
  })

beforeAll(async () => {
  house = await startMortalHouse()
  deaths = await dieOfEverything()
  await lookAtTeams(deaths.deleteTeam)
  await lookAtTeams(deaths.eraseTeam)
  await lookAtInvites(house, deaths.cancel)
  await lookAtMembers(deaths.remove)
  await settle(house)
}, 300_000)
afterAll(() => house.stop())

test('rotating a key killed before any statement leaves two keys of which one ends, or the one there was', () =>
  checkRotate(house, deaths.rotate))

test('inviting killed before any statement leaves an invite whose link works, or none and its seat free', () =>
  checkInvite(house, deaths.invite))

test('accepting from another region killed before any statement leaves a member, or an invite that is good still', () =>
  checkAccept(house, deaths.accept))

test('cancelling an invite killed before any statement ends with a link that works, or with none and its seat free', () =>
  checkCancel(house, deaths.cancel))

test('sending an invite again killed before any statement leaves one link that works, the one mailed last', () =>
  checkResend(house, deaths.resend))

test('removing a member killed before any statement ends with one whose key works, or with neither', () =>
  checkRemove(house, deaths.remove))

test('creating a team killed before any statement leaves it whole, or its name and slot free', () =>
  checkCreateTeam(house, deaths.createTeam))

test('handing a team over killed before any statement leaves one owner, who holds a slot for it', () =>
  checkTransfer(house, deaths.transfer))

test('deleting a team killed before any statement ends with it as it was, or with nothing of it but its name', async () => {
  await house.runJobs()
  await checkDeleteTeam(house, deaths.deleteTeam)
})

test('the job of a deletion killed before any statement does the rest when it runs again', async () => {
  await house.runJobs()
  await checkDeleteTeam(house, deaths.eraseTeam, { isJob: true })
})

test('the stores agree in the end: no entry without its row, no row without its entry, one owner everywhere', async () => {
  for (const cellId of ['us-1', 'eu-1', 'ap-1'] as const) {
    await expectStoresAgree(house, cellId)
    const owners = await rowsOf(
      house,
      cellId,
      `select w.id, count(m.user_id) filter (where m.role = 'owner')::int as owners
       from workspaces w left join memberships m on m.workspace_id = w.id group by w.id`,
    )
    expect(owners.filter((workspace) => workspace.owners !== 1)).toEqual([])
  }
})
