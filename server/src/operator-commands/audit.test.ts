import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson, type Person } from '../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../test/test-house.ts'
import { linkEvents } from '../areas/activity/chain/link-events.ts'
import { checkpointSeconds } from '../areas/activity/chain/take-checkpoints.ts'
import { recordActivity } from '../areas/activity/record-activity.ts'
import { parseConfig } from '../config.ts'
import { makeMasterKey } from '../crypto/key-ring.ts'
import { runCommand } from '../operator-command.ts'

const secrets = {
  MASTER_KEYS: `1:${makeMasterKey()}`,
  DIRECTORY_SECRET: randomBytes(32).toString('base64'),
}
const nowhere = { DATA_DIR: '/nonexistent' }

let house: TestHouse
let env: Record<string, string>
let folder: string
let owner: Person

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-audit-'))
  house = await startTestHouse({ config: { secrets: parseConfig(secrets).secrets } })
  env = {
    ...secrets,
    DIRECTORY_DATABASE_URL: house.urls.directory,
    CELL_DATABASE_URLS: JSON.stringify(house.urls.cells),
  }
  owner = await aPerson(house, { region: 'eu' })
  await tell(4)
})
afterAll(async () => {
  await house.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Things happen in the owner's workspace, and are linked and signed. */
const tell = async (n: number) => {
  const doer = { userId: owner.userId, workspaceId: owner.userId }
  const at = house.clock.now()
  for (let index = 0; index < n; index++)
    await house.cells
      .get('eu-1')
      .db.transaction((tx) => recordActivity(tx, 'project/created', doer, { name: `Thing ${index}` }, at))
  house.clock.advance(checkpointSeconds)
  await linkEvents(house, house.clock.now())
}

const run = async (words: string[], environment: Record<string, string> = env) => {
  let [out, err] = ['', '']
  const say = {
    out: (text: string) => {
      out += text
    },
    err: (text: string) => {
      err += text
    },
  }
  const code = await runCommand(words, environment, say)
  return { code, out, err }
}

const exportTo = async (name: string): Promise<string> => {
  const file = join(folder, name)
  const { code, err } = await run(['audit', 'export', '--workspace', owner.username, '--out', file])
  expect([code, err]).toEqual([0, ''])
  return file
}

test('an export is written to a file of its own that verifies without any server, database or secret', async () => {
  const file = await exportTo('whole.ndjson')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const { code, out, err } = await run(['audit', 'verify', file], nowhere)
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(
    new RegExp(`^Whole: \\d+ events of workspace ${owner.userId}, 1 checkpoint, signed at .* by .{44}\\.`),
  )
  const again = await run(['audit', 'export', '--workspace', owner.username, '--out', file])
  expect(again).toEqual({ code: 1, out: '', err: `${file} cannot be made: EEXIST.\n` })
})

test('without a file the export goes to where the command speaks to', async () => {
  const { code, out } = await run(['audit', 'export', '--workspace', owner.username])
  expect([code, out.endsWith('\n')]).toEqual([0, true])
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind),
  ).toEqual(expect.arrayContaining(['header', 'checkpoint', 'event', 'footer']))
  expect(out).not.toContain(owner.email)
})

test('what was changed in the file is told by its line, with exit code 1, as JSON too', async () => {
  const file = await exportTo('edited.ndjson')
  await writeFile(file, (await readFile(file, 'utf8')).replace('Thing 2', 'Thing X'))
  const { code, out, err } = await run(['audit', 'verify', file], nowhere)
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(/^Line \d+ is wrong\. The event at position \d+ is not the one that was linked there/)
  const json = await run(['audit', 'verify', file, '--json'], nowhere)
  expect([json.code, json.err, JSON.parse(json.out)]).toMatchObject([1, '', { ok: false }])
})

test('bytes that are no text, half a file and an empty one are wrong, not mended', async () => {
  const file = await exportTo('bytes.ndjson')
  const bytes = await readFile(file)
  const broken = Buffer.from(bytes)
  broken[bytes.indexOf('Thing 1')] = 0xff
  for (const content of [broken, bytes.subarray(0, bytes.length / 2), Buffer.alloc(0)]) {
    await writeFile(file, content)
    expect((await run(['audit', 'verify', file], nowhere)).code).toBe(1)
  }
})

test('a checkpoint that was kept elsewhere shows that a later export was cut off, and which key is the right one', async () => {
  const before = await exportTo('before.ndjson')
  await tell(3)
  const after = await exportTo('after.ndjson')
  const printed = await run(['audit', 'checkpoint', '--workspace', owner.username])
  expect(printed.code).toBe(0)
  const kept = join(folder, 'checkpoint.json')
  await writeFile(kept, printed.out)
  const { publicKey, position } = JSON.parse(printed.out)
  const whole = await run(
    ['audit', 'verify', after, '--checkpoint', kept, '--public-key', publicKey],
    nowhere,
  )
  expect(whole.out).toMatch(/by a key you gave\.\n$/)
  const short = await run(['audit', 'verify', before, '--checkpoint', kept], nowhere)
  expect(short.err).toMatch(new RegExp(`it reached ${position}: its end was cut off\\.\n$`))
  const strange = await run(
    ['audit', 'verify', after, '--public-key', randomBytes(32).toString('base64')],
    nowhere,
  )
  expect(strange.err).toMatch(
    /^Line 1 is wrong\. It is signed with .*, which is not a key that was given\.\n$/,
  )
})

test('the check finds every chain whole, and then the one event that was edited', async () => {
  const all = await run(['audit', 'check'])
  expect([all.code, all.err]).toEqual([0, ''])
  expect(all.out).toMatch(/^Whole: \d+ events in \d+ workspaces?\.\n$/)
  const { pool } = house.cells.get('eu-1')
  await pool.query(
    `update activity_events set user_id = 'x' where workspace_id = $1 and resource_name = 'Thing 3'`,
    [owner.userId],
  )
  for (const words of [[], ['--workspace', owner.username]]) {
    const { code, out, err } = await run(['audit', 'check', ...words])
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(new RegExp(`^${owner.userId}: The event at position \\d+ is not the one`))
  }
  const json = await run(['audit', 'check', '--json'])
  expect(JSON.parse(json.out)).toMatchObject({ ok: false, problems: [{ workspaceId: owner.userId }] })
  await pool.query('update activity_events set user_id = workspace_id where workspace_id = $1', [
    owner.userId,
  ])
})

test('the check misses a chain that is gone from the cell while its workspace is there', async () => {
  const person = await aPerson(house)
  await linkEvents(house, house.clock.now())
  expect((await run(['audit', 'check'])).code).toBe(0)
  for (const table of ['events', 'links', 'heads', 'checkpoints'])
    await house.cells
      .get('us-1')
      .pool.query(`delete from activity_${table} where workspace_id = $1`, [person.userId])
  expect((await run(['audit', 'check'])).err).toContain(`${person.userId}: The chain ends at position 0, but`)
})

test('a master key that this data was not written under signs nothing', async () => {
  const { code, out, err } = await run(['audit', 'export', '--workspace', owner.username], {
    ...env,
    MASTER_KEYS: `1:${makeMasterKey()}`,
  })
  expect([code, out, err]).toEqual([1, '', 'MASTER_KEYS does not hold the key this data was sealed under.\n'])
})

test.each([
  [['audit'], 'There is no command "audit". See --help.'],
  [['audit', 'verify'], 'Which file? See --help.'],
  [['audit', 'verify', 'a', 'b'], 'There is no command "audit verify a b". See --help.'],
  [['audit', 'verify', '/nonexistent'], '/nonexistent cannot be read: ENOENT.'],
  [
    ['audit', 'verify', 'a', '--checkpoint', '/nonexistent'],
    '/nonexistent does not hold a checkpoint as "audit checkpoint" prints it.',
  ],
  [['audit', 'export'], '--workspace must name the workspace.'],
  [['audit', 'checkpoint', '--workspace', 'nobody-at-all'], 'There is no workspace called nobody-at-all.'],
])('%j is answered with one sentence', async (words, sentence) => {
  expect(await run(words)).toEqual({ code: 1, out: '', err: `${sentence}\n` })
})

test('a workspace without a checkpoint says when it gets one', async () => {
  const person = await aPerson(house)
  const { err } = await run(['audit', 'checkpoint', '--workspace', person.username])
  expect(err).toBe(
    `${person.username} has no checkpoint yet. The first follows its first event within seconds.\n`,
  )
})
