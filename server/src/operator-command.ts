import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { grantEnterprise, grantedSeatsMax } from './areas/workspaces/grant-enterprise.ts'
import { openCells } from './cells/cells.ts'
import { openDatabase } from './cells/database.ts'
import { findRunningPostgres } from './cells/embedded-postgres.ts'
import { isStoreAway } from './cells/pg-errors.ts'
import { type Config, ConfigError, parseConfig } from './config.ts'
import { Directory } from './directory/directory.ts'
import { embeddedStoresOf, loadEmbeddedSecrets } from './embedded-stores.ts'
import { tellEveryNode } from './gate/cell-watch.ts'
import { makeLog } from './log.ts'

/** What a command says when it is done: a sentence for people, facts for programs. */
type Outcome = { sentence: string; facts: Record<string, unknown> }

/** A problem told in one sentence. */
class CommandError extends Error {}

const help = `Gatehouse, the operator's command. It works on the data folder of this directory (or DATA_DIR, or the URLs of the
environment) while the server runs; what it changes holds at once.

  npm run -s gatehouse -- enterprise grant --workspace <username> --seats <n> [--until <date>]

      Puts a workspace on the Enterprise plan with so many seats. --until is a day such as 2027-01-31, the last one the
      licence holds, or a moment such as 2027-01-31T12:00:00Z; without it the licence has no end.

  --json   answer as JSON
  --help   this text
`

/** Runs one command of the operator (SPEC 18) and returns the exit code: 0 means done. */
export const runCommand = async (
  args: readonly string[],
  env: Record<string, string | undefined>,
  say: { out: (text: string) => void; err: (text: string) => void },
): Promise<number> => {
  const asJson = args.includes('--json')
  try {
    const words = parse(args)
    if (words.values.help) {
      say.out(asJson ? `${JSON.stringify({ help })}\n` : help)
      return 0
    }
    const { sentence, facts } = await perform(words, parseConfig(env))
    say.out(`${asJson ? JSON.stringify(facts) : sentence}\n`)
    return 0
  } catch (error) {
    const sentence = sentenceOf(error)
    if (sentence === undefined) throw error
    if (asJson) say.out(`${JSON.stringify({ error: sentence })}\n`)
    else say.err(`${sentence}\n`)
    return 1
  }
}

/** What an operator is told of a failure; undefined for a fault of ours. */
const sentenceOf = (error: unknown): string | undefined => {
  if (error instanceof CommandError || error instanceof ConfigError) return error.message
  return isStoreAway(error) ? 'A store cannot be reached. Check that it runs, then try again.' : undefined
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        workspace: { type: 'string' },
        seats: { type: 'string' },
        until: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new CommandError(`${(error as Error).message} See --help.`)
  }
}

const perform = ({ positionals, values }: ReturnType<typeof parse>, config: Config): Promise<Outcome> => {
  const name = positionals.join(' ')
  if (name === 'enterprise grant') return grant(values, config)
  throw new CommandError(name ? `There is no command "${name}". See --help.` : 'Which command? See --help.')
}

const grant = async (
  { workspace, seats, until }: { workspace?: string; seats?: string; until?: string },
  config: Config,
): Promise<Outcome> => {
  if (!workspace) throw new CommandError('--workspace must name the workspace.')
  const count = Number(seats)
  if (!/^\d+$/.test(seats ?? '') || count < 1 || count > grantedSeatsMax)
    throw new CommandError(`--seats must be a whole number from 1 to ${grantedSeatsMax}.`)
  const end = until === undefined ? null : endOf(until)
  const granted = await withStores(config, async (house) => {
    const done = await grantEnterprise(
      house,
      workspace.toLowerCase(),
      { seats: count, until: end },
      new Date(),
    )
    // What is granted holds on every running node before this command has ended.
    if (done) await tellEveryNode(house.cells.get(done.cellId), makeLog('silent'))
    return done
  })
  if (!granted) throw new CommandError(`There is no workspace called ${workspace}.`)
  const facts = {
    workspace: workspace.toLowerCase(),
    plan: 'enterprise',
    seats: count,
    until: end?.toISOString() ?? null,
    ...granted,
  }
  const passed = end && end <= new Date() ? ', which has passed: only its owner gets in' : ''
  const limit = end ? `until ${end.toISOString()}${passed}` : 'without an end'
  return { sentence: `${workspace} is on Enterprise with ${count} seats, ${limit}.`, facts }
}

/** A bare day counts to its end, in UTC. */
const endOf = (until: string): Date => {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(until)
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(until)
  const at = new Date(until)
  // A day that does not exist would quietly become another one.
  const day = until.slice(0, 10)
  const exists = !Number.isNaN(at.getTime()) && new Date(day).toISOString().startsWith(day)
  if ((!isDay && !isMoment) || !exists)
    throw new CommandError(
      '--until must be a day such as 2027-01-31, or a moment such as 2027-01-31T12:00:00Z.',
    )
  return isDay ? new Date(at.getTime() + 24 * 3600 * 1000) : at
}

type Stores = { directory: Directory; cells: ReturnType<typeof openCells> }

const withStores = async <T>(config: Config, work: (stores: Stores) => Promise<T>): Promise<T> => {
  const secrets = config.secrets ?? (await findSecrets(config))
  const stores = config.stores ?? (await findStores(config))
  const ignore = () => {}
  const database = openDatabase(stores.directoryUrl, ignore)
  const cells = openCells(stores.cells, ignore)
  try {
    return await work({ directory: new Directory(database, secrets.directorySecret), cells })
  } finally {
    await Promise.all([database.pool.end(), cells.close()])
  }
}

const findStores = async ({ dataDir }: Config) => {
  const running = await findRunningPostgres(join(dataDir, 'postgres'))
  if (!running) throw new CommandError(`No server is running on ${dataDir}. Start it, then try again.`)
  return embeddedStoresOf(running.urlOf)
}

/** A folder without secrets has never held a server; they must not be made here. */
const findSecrets = async (config: Config) => {
  if (!config.stores) await findStores(config)
  return loadEmbeddedSecrets(config.dataDir)
}
