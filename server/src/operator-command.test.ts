import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson, type Person } from '../test/people.ts'
import { startTestHouse, type TestHouse } from '../test/test-house.ts'
import { grantedSeatsMax } from './areas/workspaces/grant-enterprise.ts'
import { parseConfig } from './config.ts'
import { makeMasterKey } from './crypto/key-ring.ts'
import { runCommand } from './operator-command.ts'

const secrets = {
  MASTER_KEYS: `1:${makeMasterKey()}`,
  DIRECTORY_SECRET: randomBytes(32).toString('base64'),
}

let house: TestHouse
let env: Record<string, string>
let owner: Person

beforeAll(async () => {
  house = await startTestHouse({ config: { secrets: parseConfig(secrets).secrets } })
  env = {
    ...secrets,
    DIRECTORY_DATABASE_URL: house.urls.directory,
    CELL_DATABASE_URLS: JSON.stringify(house.urls.cells),
  }
  owner = await aPerson(house, { region: 'eu' })
})
afterAll(() => house.stop())

/** Runs a command as the operator would type it, and gives what they see. */
const run = async (line: string, environment: Record<string, string> = env) => {
  let [out, err] = ['', '']
  const say = {
    out: (text: string) => {
      out += text
    },
    err: (text: string) => {
      err += text
    },
  }
  const code = await runCommand(line.split(' ').filter(Boolean), environment, say)
  return { code, out, err }
}

const planOf = async (person: Person) => {
  const { rows } = await house.cells
    .get('eu-1')
    .pool.query('select plan, seats_max, enterprise_until from workspaces where id = $1', [person.userId])
  return rows[0]
}

test('a grant holds at once on the running server', async () => {
  expect((await owner.call('GET', '/api/members')).json().maxSeats).toBe(1)
  const { code, out, err } = await run(`enterprise grant --workspace ${owner.username} --seats 12`)
  expect([code, err]).toEqual([0, ''])
  expect(out).toBe(`${owner.username} is on Enterprise with 12 seats, without an end.\n`)
  expect((await owner.call('GET', '/api/members')).json().maxSeats).toBe(12)
  expect((await owner.call('GET', '/api/auth/me')).json().workspace.plan).toBe('enterprise')
})

test('as JSON it says where the workspace is and until when, on one line', async () => {
  const { code, out, err } = await run(
    `enterprise grant --json --workspace ${owner.username.toUpperCase()} --seats 3 --until 2099-01-31T12:00:00+02:00`,
  )
  expect([code, err, out.endsWith('\n'), out.trim().includes('\n')]).toEqual([0, '', true, false])
  expect(JSON.parse(out)).toMatchObject({
    plan: 'enterprise',
    seats: 3,
    until: '2099-01-31T10:00:00.000Z',
    workspaceId: owner.userId,
    region: 'eu',
  })
  expect(await planOf(owner)).toEqual({
    plan: 'enterprise',
    seats_max: 3,
    enterprise_until: new Date('2099-01-31T10:00:00.000Z'),
  })
})

test('a bare day is the last one the licence holds', async () => {
  await run(`enterprise grant --workspace ${owner.username} --seats 3 --until 2099-12-31`)
  expect((await planOf(owner)).enterprise_until).toEqual(new Date('2100-01-01T00:00:00.000Z'))
  await run(`enterprise grant --workspace ${owner.username} --seats 3`)
  expect((await planOf(owner)).enterprise_until).toBeNull()
})

test('nobody’s username is told as that, and nothing has changed', async () => {
  for (const name of ['nobody-at-all', 'no', 'x;drop', '../etc']) {
    const { code, out, err } = await run(`enterprise grant --workspace ${name} --seats 3`)
    expect([code, out, err]).toEqual([1, '', `There is no workspace called ${name}.\n`])
  }
})

test.each(['0', '-1', '1.5', '1e3', '0x10', 'five', '10001', '99999999999999999999', '٣'])(
  '%s seats are refused before any store is opened',
  async (seats) => {
    const { code, out, err } = await run(`enterprise grant --workspace someone --seats=${seats}`, {
      DATA_DIR: '/nonexistent',
    })
    expect([code, out, err]).toEqual([
      1,
      '',
      `--seats must be a whole number from 1 to ${grantedSeatsMax}.\n`,
    ])
  },
)

test.each([
  'tomorrow',
  '2027',
  '2027-13-01',
  '2027-02-30',
  '31.01.2027',
  '2027-01-31T12:00',
  '2027-01-31T25:00:00Z',
])('the end %s is refused before any store is opened', async (until) => {
  const { code, err } = await run(`enterprise grant --workspace someone --seats 3 --until ${until}`, {
    DATA_DIR: '/nonexistent',
  })
  expect([code, err]).toEqual([
    1,
    '--until must be a day such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z.\n',
  ])
})

test.each([
  ['', 'Which command? See --help.'],
  ['enterprise', 'There is no command "enterprise". See --help.'],
  ['enterprise revoke', 'There is no command "enterprise revoke". See --help.'],
  ['enterprise grant now --workspace a --seats 1', 'There is no command "enterprise grant now". See --help.'],
  ['enterprise grant --seats 3', '--workspace must name the workspace.'],
  ['enterprise grant --workspace someone', '--seats must be a whole number from 1 to 10000.'],
])('"%s" is answered with one sentence', async (line, sentence) => {
  expect(await run(line)).toEqual({ code: 1, out: '', err: `${sentence}\n` })
  const { code, out, err } = await run(`${line} --json`)
  expect([code, JSON.parse(out), err]).toEqual([1, { error: sentence }, ''])
})

test.each([
  '--unknown',
  'enterprise grant --workspace',
  'enterprise grant --seats --workspace x',
  '--json=yes',
])('words that cannot be read, such as "%s", are answered with a pointer to the help', async (line) => {
  const { code, out, err } = await run(line)
  expect([code, out]).toEqual([1, ''])
  expect(err).toMatch(/See --help\.\n$/)
  expect(err).not.toContain('    at ')
})

test('the help is there without a server, as text and as JSON', async () => {
  const nowhere = { DATA_DIR: '/nonexistent' }
  const text = await run('--help', nowhere)
  expect([text.code, text.err]).toEqual([0, ''])
  expect(text.out).toContain('enterprise grant --workspace <username> --seats <n> [--until <date>]')
  const ofCommand = await run('enterprise grant --help', nowhere)
  expect(ofCommand.code).toBe(0)
  const json = await run('--help --json', nowhere)
  expect(JSON.parse(json.out)).toEqual({ help: text.out })
})

test('without a running server one sentence says so, and the folder stays as it is', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-command-'))
  try {
    for (const folder of [dataDir, join(dataDir, 'missing')]) {
      const { code, out, err } = await run('enterprise grant --workspace someone --seats 3', {
        DATA_DIR: folder,
      })
      expect([code, out, err]).toEqual([
        1,
        '',
        `No server is running on ${folder}. Start it, then try again.\n`,
      ])
    }
    expect(await readdir(dataDir)).toEqual([])
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('a wrong environment is told by its variable, as JSON too', async () => {
  const line = `enterprise grant --workspace ${owner.username} --seats 3`
  const { DIRECTORY_DATABASE_URL = '' } = env
  const lacking = await run(line, { DIRECTORY_DATABASE_URL })
  expect(lacking.err).toBe('DIRECTORY_DATABASE_URL and CELL_DATABASE_URLS must be set together.\n')
  const json = await run(`${line} --json`, { ...env, MASTER_KEYS: 'nonsense' })
  expect([json.code, json.err]).toEqual([1, ''])
  expect(JSON.parse(json.out).error).toMatch(/^MASTER_KEYS is not valid/)
})
