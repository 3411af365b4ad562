import { runTool } from './tools.ts'

/** Writes server/migrations/*.schema.txt from what the migrations lead to. */
process.exitCode = (await runTool('vitest', ['run', 'server/test/schema.test.ts', '--update'])).ok ? 0 : 1
