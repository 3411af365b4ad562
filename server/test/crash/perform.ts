import pg from 'pg'
import { issueApiKey } from '../../src/areas/api-keys/issue-api-key.ts'
import { revokeApiKey } from '../../src/areas/api-keys/revoke-api-key.ts'
import { finishOnboarding } from '../../src/areas/onboarding/finish-onboarding.ts'
import { findMembership } from '../../src/areas/workspaces/find-membership.ts'
import { openCells } from '../../src/cells/cells.ts'
import { openDatabase } from '../../src/cells/database.ts'
import { parseConfig } from '../../src/config.ts'
import { makeKeyRing } from '../../src/crypto/key-ring.ts'
import { Directory } from '../../src/directory/directory.ts'
import type { Actor } from '../../src/door/actor.ts'

/** One command in a process of its own, which kills itself with SIGKILL just before its n-th statement (`dieBefore`, from 1). Exits 0
 *  when the command was done before that. */
export type Task = {
  directoryUrl: string
  cellUrls: Record<string, string>
  masterKey: string
  directorySecret: string
  at: string
  dieBefore: number
  command:
    | { name: 'onboard'; signUp: Parameters<typeof finishOnboarding>[1]; username: string }
    | { name: 'issue'; userId: string; cellId: string }
    | { name: 'revoke'; userId: string; cellId: string; keyId: string }
}

const task: Task = JSON.parse(process.env.CRASH_TASK ?? '')

let statements = 0
const query = pg.Client.prototype.query
pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  statements++
  if (statements === task.dieBefore) process.kill(process.pid, 'SIGKILL')
  // The process is dead by now, or this is the statement itself.
  return Reflect.apply(query, this, given)
} as typeof pg.Client.prototype.query

const ignore = () => {}
const directory = new Directory(
  openDatabase(task.directoryUrl, ignore),
  Buffer.from(task.directorySecret, 'base64'),
)
const cells = openCells(
  (['us', 'eu', 'ap'] as const).map((region) => ({
    id: `${region}-1`,
    region,
    url: task.cellUrls[`${region}-1`] ?? '',
  })),
  ignore,
)
const house = {
  directory,
  cells,
  config: parseConfig({}),
  keyRing: makeKeyRing(new Map([[1, Buffer.from(task.masterKey, 'base64')]])),
}
const at = new Date(task.at)
const client = { ip: '127.0.0.1', device: 'test', userAgent: 'crash', requestId: 'crash' }

const actorOf = async (userId: string, cellId: string): Promise<Actor> => {
  // What the door reads before the command is not part of it.
  const dieBefore = task.dieBefore
  task.dieBefore = 0
  const membership = await findMembership(cells.get(cellId), userId, userId)
  statements = 0
  task.dieBefore = dieBefore
  if (!membership) throw new Error('Nobody there')
  const credential = {
    kind: 'session',
    sessionId: 's',
    cell: cells.get(cellId),
    createdAt: at,
    expiresAt: at,
    authenticatedAt: at,
    isStrong: false,
  } as const
  return { userId, credential, client, ...membership }
}

const { command } = task
if (command.name === 'onboard') {
  const input = { username: command.username, displayName: 'Crash', region: 'eu' } as const
  await finishOnboarding(house, command.signUp, input, client, at)
} else {
  const actor = await actorOf(command.userId, command.cellId)
  if (command.name === 'issue') await issueApiKey(house, actor, { name: 'crash' }, at)
  else await revokeApiKey(house, actor, command.keyId, at)
}
process.exit(0)
