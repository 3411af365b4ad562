import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { hashPassword } from '../../src/areas/accounts/password.ts'
import { secondsAfter } from '../../src/clock.ts'
import { leaseSeconds } from '../../src/directory/directory.ts'
import { signUps } from '../../src/directory/table.ts'
import { aKey, aPerson, aStranger } from '../people.ts'
import { startTestHouse, type TestHouse } from '../test-house.ts'
import type { Task } from './perform.ts'

/* A process is killed with SIGKILL before every single statement of a command, one run for each; then the janitor settles what was
   left. Whatever the moment, the change is there whole or not at all. */

let house: TestHouse
const masterKey = randomBytes(32)
const directorySecret = randomBytes(32)

vi.setConfig({ testTimeout: 180_000 })

beforeAll(async () => {
  house = await startTestHouse({
    config: { secrets: { masterKeys: new Map([[1, masterKey]]), directorySecret } },
  })
})
afterAll(() => house.stop())

/** Runs the command and kills it before statement `dieBefore`. True when it was done before. */
const performUntil = (dieBefore: number, command: Task['command']): Promise<boolean> => {
  const task: Task = {
    directoryUrl: house.urls.directory,
    cellUrls: house.urls.cells,
    masterKey: masterKey.toString('base64'),
    directorySecret: directorySecret.toString('base64'),
    at: house.clock.now().toISOString(),
    dieBefore,
    command,
  }
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./perform.ts', import.meta.url))], {
      env: { ...process.env, CRASH_TASK: JSON.stringify(task) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let problem = ''
    child.stderr.on('data', (text) => {
      problem += text
    })
    child.on('exit', (code, signal) => {
      if (signal === 'SIGKILL') done(false)
      else if (code === 0) done(true)
      else failed(new Error(problem))
    })
  })
}

/** What the janitor would find later. */
const settle = async (): Promise<void> => {
  house.clock.advance(leaseSeconds + 1)
  await house.runSchedules()
}

const count = async (cellId: string, query: string): Promise<number> => {
  const { rows } = await house.cells
    .get(cellId)
    .db.execute(sql.raw(`select count(*)::int as n from ${query}`))
  return Number(rows[0]?.n)
}
const directoryRows = async (subjectId?: string) => {
  const filter = subjectId ? `where subject_id = '${subjectId}'` : ''
  const { rows } = await house.directory.database.db.execute(
    sql.raw(`select kind, state, subject_id, cell_id from entries ${filter} order by kind`),
  )
  return rows
}

test('onboarding killed before any statement leaves an account that works, or a name and address that are free', async () => {
  const passwordHash = await hashPassword('correct horse battery staple')
  let statements = 0
  for (let done = false; !done; ) {
    statements++
    const at = house.clock.now()
    const id = randomUUID()
    const expiresAt = secondsAfter(at, 3600)
    await house.directory.database.db
      .insert(signUps)
      .values({ id, codeSentAt: at, verifiedAt: at, expiresAt })
    const username = `crash-${statements}`
    const email = `${username}@example.com`
    const signUp = {
      id,
      email,
      passwordHash,
      codeDigest: '',
      codeNumber: 1,
      codeSentAt: at.toISOString(),
      verified: true,
      expiresAt: expiresAt.toISOString(),
    }
    const command = { name: 'onboard', signUp, username } as const
    done = await performUntil(statements, command)
    await settle()
    const entries = await directoryRows()
    expect(entries.filter((row) => row.state !== 'confirmed')).toEqual([])
    const accounts = await count('eu-1', `profiles where username = '${username}'`)
    const stranger = aStranger(house)
    const signIn = await stranger('POST', '/api/auth/sign-in', {
      email,
      password: 'correct horse battery staple',
    })
    const { available } = (await stranger('GET', `/api/username/check?username=${username}`)).json()
    if (accounts === 1) {
      expect([signIn.statusCode, available]).toEqual([200, false])
      const userId = `(select id from profiles where username = '${username}')`
      expect(await count('eu-1', `emails where user_id = ${userId}`)).toBe(1)
      expect(await count('eu-1', `memberships where user_id = ${userId}`)).toBe(1)
      expect(await count('eu-1', `data_keys where account_id = ${userId}`)).toBe(1)
      expect(await count('eu-1', `activity_events where user_id = ${userId} and action = 'completed'`)).toBe(
        1,
      )
    } else {
      expect([signIn.statusCode, available]).toEqual([401, true])
      const again = { ...command, username, signUp }
      expect(await performUntil(0, again)).toBe(true)
    }
  }
  expect(statements).toBeGreaterThan(12)
  expect(await count('eu-1', 'profiles')).toBe(await count('eu-1', 'users'))
  expect((await directoryRows()).length).toBe(2 * (await count('eu-1', 'users')))
})

test('issuing a key killed before any statement leaves a key with its event, or neither', async () => {
  const person = await aPerson(house, { region: 'us' })
  let statements = 0
  for (let done = false; !done; ) {
    statements++
    const before = await count('us-1', 'api_keys')
    done = await performUntil(statements, { name: 'issue', userId: person.userId, cellId: 'us-1' })
    await settle()
    const keys = await count('us-1', 'api_keys')
    expect(keys - before).toBeOneOf([0, 1])
    expect(
      await count('us-1', `activity_events where resource_type = 'api_key' and action = 'created'`),
    ).toBe(keys)
    const entries = (await directoryRows()).filter((row) => row.kind === 'api_key')
    expect(entries.map((row) => row.state)).toEqual(Array(keys).fill('confirmed'))
  }
  expect(statements).toBeGreaterThan(6)
})

test('revoking a key killed before any statement ends with a live key, or with none and one event that names who', async () => {
  const person = await aPerson(house, { region: 'ap' })
  let statements = 0
  for (let done = false; !done; ) {
    statements++
    const key = await aKey(house, person)
    const command = { name: 'revoke', userId: person.userId, cellId: 'ap-1', keyId: key.keyId } as const
    done = await performUntil(statements, command)
    const atOnce = (await key.call('GET', '/api/settings')).statusCode
    await settle()
    const later = (await key.call('GET', '/api/settings')).statusCode
    // Access that has ended never comes back.
    if (atOnce === 401) expect(later).toBe(401)
    const rows = await count('ap-1', `api_keys where id = '${key.keyId}'`)
    const deletions = `activity_events where resource_id = '${key.keyId}' and action = 'deleted'`
    expect([rows, await count('ap-1', deletions)]).toEqual(later === 200 ? [1, 0] : [0, 1])
    expect(await count('ap-1', `${deletions} and user_id = '${person.userId}'`)).toBe(later === 200 ? 0 : 1)
    expect((await directoryRows(key.keyId)).length).toBe(rows)
  }
  expect(statements).toBeGreaterThan(5)
})
