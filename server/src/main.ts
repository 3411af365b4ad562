import { parseConfig } from './config.ts'
import { startServer } from './start-server.ts'

/** The process: starts, tells where, and stops cleanly when asked. A start that cannot be is one sentence, not a stack. */
try {
  const server = await startServer(parseConfig(process.env))
  process.stdout.write(server.banner)
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      server.stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
} catch (error) {
  process.stderr.write(`Gatehouse did not start: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
