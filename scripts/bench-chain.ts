import { parseArgs } from 'node:util'
import { measureChain } from '../bench/chain.ts'

/* Measures how many events a second one workspace takes with the chain of hashes on (docs/audit-log.md). --seconds=30 takes its time,
   --writers=8 says how many connections append, --json prints JSON. */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    writers: { type: 'string', default: '4' },
    json: { type: 'boolean' },
  },
})
const size = { seconds: Number(values.seconds), writers: Number(values.writers) }
const runs = await measureChain(size, (sentence) => process.stderr.write(`${sentence}\n`))
const whole = (value: number): string => Math.round(value).toLocaleString('en')
const lines = runs.map(
  ({ batch, writers, appendedPerSecond, linkedPerSecond, waitingMax, catchUpMs }) =>
    `${batch === 1 ? 'one by one' : `batches of ${batch}`}, ${writers} connections: ${whole(appendedPerSecond)} events/s appended, ` +
    `${whole(linkedPerSecond)} linked; at most ${whole(waitingMax)} waited; all linked ${whole(catchUpMs)} ms after the last`,
)
process.stdout.write(values.json ? `${JSON.stringify(runs, null, 2)}\n` : `${lines.join('\n')}\n`)
