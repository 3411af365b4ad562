import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runTool, type ToolResult } from './tools.ts'

type Check = { name: string; run: () => Promise<ToolResult> }

const document = 'contract/openapi.json'

const checks: Check[] = [
  { name: 'types of server, contract and scripts', run: () => tool('typescript:tsc', '-p', 'tsconfig.json') },
  { name: 'types of the web app', run: () => tool('typescript:tsc', '-p', 'web/tsconfig.json') },
  { name: 'format and lint (biome)', run: () => tool('@biomejs/biome', 'check', '--max-diagnostics=200') },
  {
    name: 'promises and cycles (oxlint)',
    run: () => tool('oxlint', '--type-aware', '-c', '.oxlintrc.json'),
  },
  { name: 'unused files, exports and packages (knip)', run: () => tool('knip', '--no-progress') },
  { name: 'API document (redocly)', run: lintDocument },
  { name: 'lockfile names no registry', run: async () => checkLockfile() },
]

/** Runs every check that needs no running server, at once, and prints each with its time as it ends. Failures are repeated with
 *  their output at the end. Returns whether all hold. */
export async function runChecks(): Promise<boolean> {
  const results = await Promise.all(
    checks.map(async ({ name, run }) => {
      const result = await run()
      console.log(`${result.ok ? 'ok    ' : 'FAILED'}  ${result.seconds.toFixed(1).padStart(5)} s  ${name}`)
      return { name, ...result }
    }),
  )
  const failed = results.filter((result) => !result.ok)
  for (const { name, output } of failed) console.log(`\n--- ${name}\n${output.trim()}`)
  if (failed.length > 0) console.log(`\n${failed.length} of ${results.length} checks failed.`)
  return failed.length === 0
}

async function tool(name: string, ...args: string[]): Promise<ToolResult> {
  return await runTool(name, args, { quiet: true })
}

async function lintDocument(): Promise<ToolResult> {
  if (!existsSync(join(root, document))) return { ok: true, output: '', seconds: 0 }
  const env = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  return await runTool('@redocly/cli:redocly', ['lint', document], { quiet: true, env })
}

/** The lockfile is to work with any registry, so it may not remember the one it was made with. */
function checkLockfile(): ToolResult {
  const lines = readFileSync(join(root, 'package-lock.json'), 'utf8').split('\n')
  const named = lines.flatMap((line, index) => (line.includes('"resolved"') ? [index + 1] : []))
  const output = `package-lock.json has "resolved" in ${named.length} lines, first in line ${named[0]}.`
  return { ok: named.length === 0, output, seconds: 0 }
}

if (import.meta.main) process.exitCode = (await runChecks()) ? 0 : 1
