import { runCommand } from '../server/src/operator-command.ts'

process.exitCode = await runCommand(process.argv.slice(2), process.env, {
  // Heard when it was written, so that what is long does not pile up in memory.
  out: (text) => new Promise<void>((resolve) => process.stdout.write(text, () => resolve())),
  err: (text) => process.stderr.write(text),
})
