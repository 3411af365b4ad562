import { parseArgs } from 'node:util'
import { measureChanges } from '../bench/changes.ts'
import { profileContender } from '../bench/profile.ts'
import { makeReport, printReport } from '../bench/report.ts'
import { contendersOf, runRounds } from '../bench/rounds.ts'
import { startStage } from '../bench/stage.ts'

/* Measures what the door costs a request that carries a key (docs/performance.md). --full takes its time, --json prints JSON,
   --profile=keys (or another line of the table by its id) tells where the server's time goes, --verbose shows what the servers log. */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    full: { type: 'boolean' },
    json: { type: 'boolean' },
    profile: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
})
const size = values.full
  ? { keysSmall: 1000, keysLarge: 1_000_000, rounds: 7, seconds: 4, warmUpSeconds: 4, changes: 500 }
  : { keysSmall: 1000, keysLarge: 100_000, rounds: 3, seconds: 1, warmUpSeconds: 0.6, changes: 50 }
const { verbose } = values
// On stderr: what comes out may be JSON.
const tell = (sentence: string) => process.stderr.write(`${sentence}\n`)

if (values.profile) process.stdout.write(await profileContender(values.profile, verbose))
else await measure()

async function measure(): Promise<void> {
  tell(`filling one table with ${size.keysSmall} keys and another with ${size.keysLarge}`)
  const { keysSmall, keysLarge, rounds, seconds } = size
  const stage = await startStage({ keysSmall, keysLarge, verbose })
  try {
    const contenders = contendersOf(keysSmall, keysLarge)
    const samples = await runRounds(stage, contenders, size, tell)
    tell('issuing and revoking keys')
    const changes = await measureChanges(stage.small.port, { count: size.changes, seconds: seconds * 2 })
    const load = { rounds, seconds, keysSmall, keysLarge }
    const report = makeReport(contenders, samples, changes, load, stage.postgresVersion)
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report))
  } finally {
    await stage.stop()
  }
}
