import { afterAll, beforeAll, test } from 'vitest'
import { hashPassword } from '../../src/areas/accounts/passwords/password.ts'
import { password } from '../browser.ts'
import type { TestHouse } from '../test-house.ts'
import { checkIssue, checkRevoke, lookAtKeys, prepareIssue, prepareRevoke } from './api-keys.ts'
import { dieBeforeEveryStatement, settle, startMortalHouse } from './deaths.ts'
import {
  checkRemoveEmail,
  checkVerifyEmail,
  lookAtEmails,
  prepareRemoveEmail,
  prepareVerifyEmail,
} from './emails.ts'
import {
  checkConnect,
  checkDisconnect,
  lookAtIdentities,
  prepareConnect,
  prepareDisconnect,
} from './identities.ts'
import { checkOnboarding, prepareOnboarding } from './onboarding.ts'
import {
  checkAddPasskey,
  checkRemovePasskey,
  lookAtPasskeys,
  prepareAddPasskey,
  prepareRemovePasskey,
} from './passkeys.ts'
import { expectStoresAgree } from './stores.ts'

/* A process is killed with SIGKILL before every single statement of each command that writes to two stores; then the janitor settles
   what was left. Whatever the moment, the change is there whole or not at all. */

let house: TestHouse
let deaths: Awaited<ReturnType<typeof dieOfEverything>>

const dieOfEverything = async () => {
  const passwordHash = await hashPassword(password)
  return dieBeforeEveryStatement(house, {
    onboarding: () => prepareOnboarding(house, passwordHash),
    onboardingFromProvider: () => prepareOnboarding(house, null),
    issue: () => prepareIssue(house),
    revoke: () => prepareRevoke(house),
    verifyEmail: () => prepareVerifyEmail(house),
    removeEmail: () => prepareRemoveEmail(house),
    addPasskey: () => prepareAddPasskey(house),
    removePasskey: () => prepareRemovePasskey(house),
    connect: () => prepareConnect(house),
    disconnect: () => prepareDisconnect(house),
  })
}

beforeAll(async () => {
  house = await startMortalHouse()
  deaths = await dieOfEverything()
  await lookAtKeys(deaths.revoke)
  await lookAtEmails(house, deaths.removeEmail)
  await lookAtPasskeys(house, deaths.removePasskey)
  await lookAtIdentities(house, deaths.disconnect)
  await settle(house)
}, 180_000)
afterAll(() => house.stop())

test('the directory keeps no entry whose row is gone, and no row is without its entry', async () => {
  for (const cellId of ['us-1', 'eu-1'] as const) await expectStoresAgree(house, cellId)
})

test('onboarding killed before any statement leaves an account that works, or a name and address that are free', () =>
  checkOnboarding(house, deaths.onboarding))

test('onboarding from a provider killed before any statement leaves an account that is connected, or nothing', () =>
  checkOnboarding(house, deaths.onboardingFromProvider))

test('issuing a key killed before any statement leaves a key with its event, or neither', () =>
  checkIssue(house, deaths.issue))

test('revoking a key killed before any statement ends with a live key, or with none and one event that names who', () =>
  checkRevoke(house, deaths.revoke))

test('proving an address killed before any statement leaves it proved, told and credited once, or its code good', () =>
  checkVerifyEmail(house, deaths.verifyEmail))

test('removing a proved address killed before any statement ends with it as it was, or gone, told once and free', () =>
  checkRemoveEmail(house, deaths.removeEmail))

test('adding a passkey killed before any statement leaves one that signs in, with recovery codes, or none', () =>
  checkAddPasskey(house, deaths.addPasskey))

test('removing a passkey killed before any statement ends with it as it was, or gone with all that it opened', () =>
  checkRemovePasskey(house, deaths.removePasskey))

test('connecting a provider killed before any statement leaves it connected, or free to connect', () =>
  checkConnect(house, deaths.connect))

test('disconnecting a provider killed before any statement ends with it as it was, or gone and told once', () =>
  checkDisconnect(house, deaths.disconnect))

test('the stores still agree after everything that was absent was done again', async () => {
  for (const cellId of ['us-1', 'eu-1'] as const) await expectStoresAgree(house, cellId)
})
