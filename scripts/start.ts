import { buildWeb } from './build.ts'

await buildWeb().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
})
// In this same process: one Node to watch, signal and measure.
await import('../server/src/main.ts')
