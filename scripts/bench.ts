import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { measureChanges } from '../bench/changes.ts'
import { drawChart } from '../bench/chart.ts'
import { contendersOf } from '../bench/contenders.ts'
import { measureMemory } from '../bench/memory.ts'
import { printReport } from '../bench/print.ts'
import { profileContender } from '../bench/profile.ts'
import { makeReport, type Report } from '../bench/report.ts'
import { roomFor } from '../bench/room.ts'
import { runRounds } from '../bench/rounds.ts'
import { nodeCount, startStage } from '../bench/stage.ts'

/* Measures what the door costs a request that carries a key or a session (docs/performance.md). --full takes its time, --huge has ten
   million keys besides. --json and --markdown print it so, --chart draws docs/pictures/performance.svg. --profile=keys (or another line
   of the table by its id) tells where the server's time goes, --verbose shows what the servers log. */

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    full: { type: 'boolean' },
    huge: { type: 'boolean' },
    json: { type: 'boolean' },
    markdown: { type: 'boolean' },
    chart: { type: 'boolean' },
    profile: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
})
const keysSmall = 1000
const [keysQuick, keysFull, keysHuge] = [100_000, 1_000_000, 10_000_000]
const quick = { rounds: 3, seconds: 1, warmUpSeconds: 0.6, changes: 50, frozen: 3 }
const thorough = { rounds: 7, seconds: 4, warmUpSeconds: 4, changes: 500, frozen: 20 }
const chart = new URL('../docs/pictures/performance.svg', import.meta.url)
const { verbose } = values
// On stderr: what comes out may be JSON.
const tell = (sentence: string) => process.stderr.write(`${sentence}\n`)

if (values.profile) process.stdout.write(await profileContender(values.profile, verbose))
else {
  const report = await measure(await chooseKeys(), values.full || values.huge ? thorough : quick)
  if (values.chart) await writeFile(chart, drawChart(report))
  process.stdout.write(
    values.json
      ? `${JSON.stringify(report, null, 2)}\n`
      : printReport(report, values.markdown ? 'markdown' : 'text'),
  )
}

async function chooseKeys(): Promise<number> {
  if (!values.huge) return values.full ? keysFull : keysQuick
  const { isEnough, needed, free } = await roomFor(keysHuge)
  if (isEnough) return keysHuge
  tell(
    `Ten million keys need ${needed} GiB in the temporary folder, which has ${free}: measuring with one million.`,
  )
  return keysFull
}

async function measure(keysLarge: number, size: typeof quick): Promise<Report> {
  tell('measuring what remembering keys takes')
  const memory = await measureMemory()
  const stage = await startStage({ keysSmall, keysLarge, verbose }, tell)
  try {
    const contenders = contendersOf(keysSmall, keysLarge, nodeCount)
    const samples = await runRounds(stage, contenders, { ...size, keysLarge }, tell)
    tell('making and revoking keys')
    const changes = await measureChanges(stage, { count: size.changes, frozenCount: size.frozen })
    const { rounds, seconds } = size
    const load = { rounds, seconds, keysSmall, keysLarge, nodes: nodeCount }
    const { postgresVersion: postgres, hasRedis } = stage
    return makeReport({ contenders, samples, changes, memory, load, postgres, hasRedis })
  } finally {
    await stage.stop()
  }
}
