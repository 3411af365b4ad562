import { parseArgs } from 'node:util'
import { isStoreAway } from './cells/pg-errors.ts'
import { type Config, parseConfig } from './config.ts'
import { ConfigError } from './config-values.ts'
import { checkAudit, exportAudit, printCheckpoint, verifyAudit } from './operator-commands/audit.ts'
import { CommandError, type Outcome, type Say } from './operator-commands/command.ts'
import { grant } from './operator-commands/enterprise.ts'

const help = `Gatehouse, the operator's command. It works on the data folder of this directory (or DATA_DIR, or the URLs of the
environment) while the server runs; what it changes holds at once.

  npm run -s gatehouse -- enterprise grant --workspace <username> --seats <n> [--until <date>]

      Puts a workspace on the Enterprise plan with so many seats. --until is a day such as 2027-01-31, the last one the
      licence holds, or a moment such as 2027-01-31T12:00:00Z; without it the licence has no end.

  npm run -s gatehouse -- audit export --workspace <username> [--out <file>]

      Writes the chain of events of a workspace with its signatures, one JSON object a line.

  npm run -s gatehouse -- audit verify <file> [--checkpoint <file>] [--public-key <key>]...

      Says whether an export is whole, or the first line that is wrong and why. Needs no server, no database and no secret.
      --checkpoint holds it against what "audit checkpoint" printed earlier, --public-key against keys you know.

  npm run -s gatehouse -- audit checkpoint --workspace <username>

      Prints the newest signed checkpoint of a workspace, to keep elsewhere.

  npm run -s gatehouse -- audit check [--workspace <username>]

      Holds every event of one workspace or all against the chain, and the chain against the checkpoints of both stores.

  --json   answer as JSON
  --help   this text
`

/** Runs one command of the operator (SPEC 18) and returns the exit code: 0 means done. */
export const runCommand = async (
  args: readonly string[],
  env: Record<string, string | undefined>,
  say: Say,
): Promise<number> => {
  const asJson = args.includes('--json')
  try {
    const words = parse(args)
    if (words.values.help) {
      say.out(asJson ? `${JSON.stringify({ help })}\n` : help)
      return 0
    }
    const { sentence, facts, failed } = await perform(words, parseConfig(env), say)
    if (sentence !== undefined) {
      const tell = failed && !asJson ? say.err : say.out
      tell(`${asJson ? JSON.stringify(facts) : sentence}\n`)
    }
    return failed ? 1 : 0
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
        out: { type: 'string' },
        checkpoint: { type: 'string' },
        'public-key': { type: 'string', multiple: true },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new CommandError(`${(error as Error).message} See --help.`)
  }
}

const perform = (
  { positionals, values }: ReturnType<typeof parse>,
  config: Config,
  say: Say,
): Promise<Outcome> => {
  const name = positionals.join(' ')
  if (name === 'enterprise grant') return grant(values, config)
  if (name === 'audit export') return exportAudit(values, config, say)
  if (name === 'audit checkpoint') return printCheckpoint(values, config)
  if (name === 'audit check') return checkAudit(values, config)
  if (positionals[0] === 'audit' && positionals[1] === 'verify' && positionals.length <= 3)
    return verifyAudit(positionals[2], { checkpoint: values.checkpoint, publicKeys: values['public-key'] })
  throw new CommandError(name ? `There is no command "${name}". See --help.` : 'Which command? See --help.')
}
