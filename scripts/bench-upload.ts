import { parseArgs } from 'node:util'
import { measureUpload } from '../bench/upload.ts'

/* Shows that the memory of the server stays flat while a large file is uploaded (docs/uploads.md). --gib=5 says how large it is, --lanes=3
   how many parts are sent at once, --json prints the figures so. */

const { values } = parseArgs({
  options: {
    gib: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '3' },
    json: { type: 'boolean' },
  },
})
const { totalBytes, lanes, beforeBytes, steps } = await measureUpload({
  totalBytes: Math.round(Number(values.gib) * 2 ** 30),
  lanes: Number(values.lanes),
  tell: (sentence) => process.stderr.write(`${sentence}\n`),
})
const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`
if (values.json)
  process.stdout.write(`${JSON.stringify({ totalBytes, lanes, beforeBytes, steps }, null, 2)}\n`)
else {
  const lines = steps.map(
    ({ name, seconds, peakBytes, endBytes }) =>
      `${name}: ${seconds.toFixed(0)} s, ${Math.round(totalBytes / seconds / 2 ** 20)} MiB/s; memory at most ${mib(peakBytes)}, ` +
      `${mib(endBytes)} at the end\n`,
  )
  process.stdout.write(
    `${mib(totalBytes)} in parts, ${lanes} at once; memory of the server before: ${mib(beforeBytes)}\n${lines.join('')}`,
  )
}
