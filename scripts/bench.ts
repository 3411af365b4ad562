import { parseArgs } from 'node:util'
import { measureChanges } from '../bench/changes.ts'
import { contendersOf } from '../bench/contenders.ts'
import { measureMemory } from '../bench/memory.ts'
import { profileContender } from '../bench/profile.ts'
import { makeReport, printReport } from '../bench/report.ts'
import { runRounds } from '../bench/rounds.ts'
import { nodeCount, startStage } from '../bench/stage.ts'

/* Measures what the door costs a request that carries a key or a session (docs/performance.md). --full takes its time, --huge has ten
   million keys besides, --json prints JSON, --profile=keys (or another line of the table by its id) tells where the server's time goes,
   --verbose shows what the servers log. */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    full: { type: 'boolean' },
    huge: { type: 'boolean' },
    json: { type: 'boolean' },
    profile: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
})
const thorough = { rounds: 7, seconds: 4, warmUpSeconds: 4, changes: 500, frozen: 20 }
const size = values.huge
  ? { keysSmall: 1000, keysLarge: 10_000_000, ...thorough }
  : values.full
    ? { keysSmall: 1000, keysLarge: 1_000_000, ...thorough }
    : {
        keysSmall: 1000,
        keysLarge: 100_000,
        rounds: 3,
        seconds: 1,
        warmUpSeconds: 0.6,
        changes: 50,
        frozen: 3,
      }
const { verbose } = values
// On stderr: what comes out may be JSON.
const tell = (sentence: string) => process.stderr.write(`${sentence}\n`)

if (values.profile) process.stdout.write(await profileContender(values.profile, verbose))
else await measure()

async function measure(): Promise<void> {
  tell('measuring what remembering keys takes')
  const memory = await measureMemory()
  const { keysSmall, keysLarge, rounds, seconds } = size
  const stage = await startStage({ keysSmall, keysLarge, verbose }, tell)
  try {
    const contenders = contendersOf(keysSmall, keysLarge, nodeCount)
    const samples = await runRounds(stage, contenders, size, tell)
    tell('making and revoking keys')
    const changes = await measureChanges(stage, { count: size.changes, frozenCount: size.frozen })
    const load = { rounds, seconds, keysSmall, keysLarge, nodes: nodeCount }
    const { postgresVersion: postgres, hasRedis } = stage
    const report = makeReport({ contenders, samples, changes, memory, load, postgres, hasRedis })
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : printReport(report))
  } finally {
    await stage.stop()
  }
}
