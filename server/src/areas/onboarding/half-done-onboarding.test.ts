import { expect, test } from 'vitest'
import { aVerifiedBrowser } from '../../../test/browser.ts'
import { holdersOf } from '../../../test/dump.ts'
import { startTestHouse } from '../../../test/test-house.ts'

test('when the reservation lapsed meanwhile nothing of the person stays, and the same sign-up may try again', async () => {
  const house = await startTestHouse()
  const browser = await aVerifiedBrowser(house, 'too-slow@personal.example')
  const profile = { username: 'too-slow-name', displayName: 'Too Slow Jane', region: 'eu' }
  const confirm = house.directory.confirm.bind(house.directory)
  house.directory.confirm = async (claim) => {
    await house.directory.giveUp(claim.id)
    return confirm(claim)
  }
  const failed = await browser.call('POST', '/api/onboarding', profile)
  expect([failed.statusCode, failed.json().reason]).toEqual([503, 'store_unavailable'])
  expect(failed.headers['retry-after']).toBeDefined()
  expect(await holdersOf(house, 'too-slow', 'Too Slow Jane')).toEqual([])
  const { pool } = house.cells.get('eu-1')
  for (const table of [
    'data_keys',
    'profiles',
    'users',
    'emails',
    'sessions',
    'workspaces',
    'memberships',
    'activity_events',
  ])
    expect((await pool.query(`select * from ${table}`)).rows, table).toEqual([])
  house.directory.confirm = confirm
  expect((await browser.call('POST', '/api/onboarding', profile)).statusCode).toBe(201)
  await house.stop()
})
