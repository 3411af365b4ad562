import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filesLeftOut } from '../server/test/cluster/reach.ts'
import { reportOf } from '../server/test/cluster/report.ts'
import { buildWeb } from './build.ts'
import { runChecks } from './check.ts'
import { missingPrograms } from './cluster/missing-programs.ts'
import { runTool } from './tools.ts'

type Counts = { passed: number; failed: number }
type Stage = { name: string; run: (args: readonly string[]) => Promise<Counts & { ok: boolean }> }

const none = { passed: 0, failed: 0 }
const reports = mkdtempSync(join(tmpdir(), 'gatehouse-reports-'))
process.on('exit', () => rmSync(reports, { recursive: true, force: true }))

const check: Stage = { name: 'check', run: async () => ({ ok: await runChecks(), ...none }) }
const build: Stage = { name: 'build', run: async () => ({ ok: await builds(), ...none }) }

const runUnit = async (args: readonly string[], env: Record<string, string> = {}) => {
  const file = join(reports, 'unit.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const { ok } = await runTool('vitest', ['run', ...reporters, ...args], { env })
  const report = read<{ numPassedTests: number; numFailedTests: number }>(file)
  return { ok, passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 }
}

const unit: Stage = { name: 'unit', run: (args) => runUnit(args) }

const e2e: Stage = {
  name: 'e2e',
  run: async (args) => {
    const file = join(reports, 'e2e.json')
    const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: file }
    const { ok } = await runTool('@playwright/test:playwright', ['test', '--reporter=list,json', ...args], {
      env,
    })
    const stats = read<{ stats: { expected: number; flaky: number; unexpected: number } }>(file)?.stats
    return { ok, passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0), failed: stats?.unexpected ?? 0 }
  },
}

/** The API tests again, each house on three node processes behind HAProxy, with the jobs in the test's own (docs/scaling.md). */
const cluster: Stage = {
  name: 'cluster',
  run: async (args) => {
    const missing = await missingPrograms()
    if (missing) console.log(missing)
    if (missing) return { ok: false, ...none }
    const tally = join(reports, 'tally.jsonl')
    const env = { GATEHOUSE_TEST_NODES: '3', GATEHOUSE_TEST_TALLY: tally }
    const leftOut = filesLeftOut.map(({ file }) => `--exclude=${file}`)
    const result = await runUnit([...leftOut, ...(args.length ? args : ['server'])], env)
    const lines = existsSync(tally) ? readFileSync(tally, 'utf8').trim().split('\n') : []
    console.log(
      reportOf(
        lines.map((line) => JSON.parse(line)),
        filesLeftOut,
      ),
    )
    return result
  },
}

const stagesOf: Record<string, Stage[]> = {
  check: [check],
  unit: [build, unit],
  e2e: [build, e2e],
  cluster: [build, cluster],
}

/** Runs the stages in order and goes on after a failure, so that one run tells all that is wrong. */
async function runStages(stages: readonly Stage[], args: readonly string[]): Promise<boolean> {
  const lines: string[] = []
  const total = { passed: 0, failed: 0 }
  let built = true
  for (const { name, run } of stages) {
    if (name === 'e2e' && !built) continue // journeys through an old page would tell nothing
    console.log(`\n=== ${name}`)
    const began = performance.now()
    const { ok, passed, failed } = await run(args)
    if (name === 'build') built = ok
    total.passed += passed
    // A stage that fails without a failed test (a type error, a crash) must not end in "0 failed".
    total.failed += ok ? failed : Math.max(failed, 1)
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    lines.push(`${ok ? 'ok    ' : 'FAILED'}  ${seconds.padStart(6)} s  ${name}`)
  }
  console.log(`\n${lines.join('\n')}\n${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0
}

async function builds(): Promise<boolean> {
  return await buildWeb().then(
    () => true,
    (error: Error) => {
      console.log(error.message)
      return false
    },
  )
}

function read<Report>(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return undefined
  }
}

const [only, ...args] = process.argv.slice(2)
const stages = only === undefined ? [check, build, unit, e2e] : stagesOf[only]
if (!stages) {
  console.error(`There is no stage "${only}"; the stages are ${Object.keys(stagesOf).join(', ')}.`)
  process.exit(1)
}
process.exitCode = (await runStages(stages, args)) ? 0 : 1
