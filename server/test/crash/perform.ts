import { writeSync } from 'node:fs'
import pg from 'pg'
import { removeEmail } from '../../src/areas/accounts/emails/remove-email.ts'
import { verifyEmail } from '../../src/areas/accounts/emails/verify-email.ts'
import { sealDetails } from '../../src/areas/accounts/event-clients.ts'
import { addPasskey } from '../../src/areas/accounts/factors/add-passkey.ts'
import { removePasskey } from '../../src/areas/accounts/factors/remove-passkey.ts'
import { connectIdentity } from '../../src/areas/accounts/identities/connect-identity.ts'
import { disconnectIdentity } from '../../src/areas/accounts/identities/disconnect-identity.ts'
import type { ExternalAccount } from '../../src/areas/accounts/identities/identity.ts'
import { issueApiKey } from '../../src/areas/api-keys/issue-api-key.ts'
import { revokeApiKey } from '../../src/areas/api-keys/revoke-api-key.ts'
import { rotateApiKey } from '../../src/areas/api-keys/rotate-api-key.ts'
import { finishOnboarding } from '../../src/areas/onboarding/finish-onboarding.ts'
import { findMembership } from '../../src/areas/workspaces/find-membership.ts'
import { openCells } from '../../src/cells/cells.ts'
import { openDatabase } from '../../src/cells/database.ts'
import { parseConfig } from '../../src/config.ts'
import { makeKeyRing } from '../../src/crypto/key-ring.ts'
import { Directory } from '../../src/directory/directory.ts'
import type { Actor } from '../../src/door/actor.ts'
import { diskFiles } from '../../src/ports/disk-files.ts'
import { MemoryRateLimiter } from '../../src/ports/memory-rate.ts'
import { performForTeam, type TeamCommand } from './perform-team.ts'
import { performForTrash, type TrashCommand } from './perform-trash.ts'

/** Somebody's own session, where they live. */
type Own = { userId: string; sessionId: string; cellId: string }

/** Where somebody acts, when that is not their own workspace. */
type Within = { cellId: string; workspaceId: string }

export type Command =
  | { name: 'onboard'; signUp: Parameters<typeof finishOnboarding>[1]; username: string }
  | ({ name: 'issue' } & Own)
  | ({ name: 'revoke'; keyId: string } & Own)
  | ({ name: 'verifyEmail'; emailId: string; code: string } & Own)
  | ({ name: 'removeEmail'; emailId: string } & Own)
  | ({ name: 'addPasskey'; credential: Parameters<typeof addPasskey>[3]['credential'] } & Own)
  | ({ name: 'removePasskey'; passkeyId: string } & Own)
  | ({ name: 'connectIdentity'; account: ExternalAccount } & Own)
  | ({ name: 'disconnectIdentity' } & Own)
  | ({ name: 'rotate'; keyId: string } & Own)
  | ({ name: 'team'; within?: Within; act: TeamCommand } & Own)
  | ({ name: 'trash'; act: TrashCommand } & Own)

/** Commands of a process of its own, side by side, each on stores it shares with no other. Each stops for ever just before its n-th
 *  statement (`dieBefore`, from 1; 0 is never); once all have stopped or are done, the process kills itself with SIGKILL. */
export type Task = {
  directoryUrl: string
  cellUrls: Record<string, string>
  masterKey: string
  directorySecret: string
  filesDir: string
  at: string
  dieBefore: number
  commands: Command[]
}

/** Written before the end, for each command in turn: how many statements it sent, and whether it was done. */
export type Report = { statements: number; isDone: boolean }[]

const task: Task = JSON.parse(process.env.CRASH_TASK ?? '')
const at = new Date(task.at)
const client = { ip: '127.0.0.1', device: 'test', userAgent: 'crash', requestId: 'crash' }

type Work = { statements: number; isDone: boolean; stop: () => void }
const works = new WeakMap<pg.Client, Work>()

const query = pg.Client.prototype.query
pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  const work = works.get(this)
  if (work && ++work.statements === task.dieBefore) {
    work.stop()
    return new Promise(() => {})
  }
  return Reflect.apply(query, this, given)
} as typeof pg.Client.prototype.query

/** The parts of a house that commands need, on connections of its own whose statements count as `work`. */
const openHouse = (work: Work) => {
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
  for (const { pool } of [directory.database, ...cells.all])
    pool.on('connect', (connected) => works.set(connected as pg.Client, work))
  return {
    directory,
    cells,
    config: parseConfig({}),
    keyRing: makeKeyRing(new Map([[1, Buffer.from(task.masterKey, 'base64')]])),
    rate: new MemoryRateLimiter(),
    files: diskFiles(task.filesDir),
    siteUrl: () => 'http://localhost:3000',
  }
}

type OpenHouse = ReturnType<typeof openHouse>

/** What the door reads before a command is not part of it. */
const actorOf = async (house: OpenHouse, work: Work, own: Own, within?: Within): Promise<Actor> => {
  const cell = house.cells.get(own.cellId)
  const { cellId, workspaceId } = within ?? { cellId: own.cellId, workspaceId: own.userId }
  work.statements = Number.NEGATIVE_INFINITY
  const membership = await findMembership(house.cells.get(cellId), workspaceId, own.userId, at)
  work.statements = 0
  if (!membership) throw new Error('Nobody there')
  const credential = {
    kind: 'session',
    sessionId: own.sessionId,
    cell,
    createdAt: at,
    expiresAt: at,
    authenticatedAt: at,
    isStrong: false,
    active: null,
  } as const
  return { userId: own.userId, credential, client, sealDetails: sealDetails(house.keyRing), ...membership }
}

const perform = async (house: OpenHouse, work: Work, command: Command): Promise<unknown> => {
  if (command.name === 'onboard') {
    const input = { username: command.username, displayName: 'Crash', region: 'eu' } as const
    return finishOnboarding(house, command.signUp, input, client, at)
  }
  if (command.name === 'issue')
    return issueApiKey(house, await actorOf(house, work, command), { name: 'crash' }, at)
  if (command.name === 'revoke')
    return revokeApiKey(house, await actorOf(house, work, command), command.keyId, at)
  if (command.name === 'rotate')
    return rotateApiKey(house, await actorOf(house, work, command), command.keyId, {}, at)
  if (command.name === 'team')
    return performForTeam(house, () => actorOf(house, work, command, command.within), command.act, at)
  if (command.name === 'trash')
    return performForTrash(house, () => actorOf(house, work, command), command.act, at)
  const { userId, sessionId } = command
  const cell = house.cells.get(command.cellId)
  const session = { cell, sessionId }
  const self = { userId, requestId: client.requestId }
  const offered = new Set(['google'] as const)
  switch (command.name) {
    case 'verifyEmail':
      return verifyEmail(house, cell, self, command.emailId, command.code, at)
    case 'removeEmail':
      return removeEmail(house, cell, self, command.emailId, at)
    case 'addPasskey':
      return addPasskey(house, session, self, { credential: command.credential }, at)
    case 'removePasskey':
      return removePasskey(house, session, self, command.passkeyId, offered, at)
    case 'connectIdentity':
      return connectIdentity(house, cell, self, command.account, at)
    case 'disconnectIdentity':
      return disconnectIdentity(house, session, self, 'google', offered, at)
  }
}

const report: Report = await Promise.all(
  task.commands.map(async (command) => {
    const work: Work = { statements: 0, isDone: false, stop: () => {} }
    const stopped = new Promise<void>((stop) => {
      work.stop = stop
    })
    const done = perform(openHouse(work), work, command).then(() => {
      work.isDone = true
    })
    await Promise.race([done, stopped])
    return { statements: work.statements, isDone: work.isDone }
  }),
)
writeSync(1, JSON.stringify(report))
process.kill(process.pid, 'SIGKILL')
