import { runTool } from './tools.ts'

/** Formats and mends what can be mended by itself. */
process.exitCode = (await runTool('@biomejs/biome', ['check', '--write', '.'])).ok ? 0 : 1
