import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export type ToolResult = { ok: boolean; output: string; seconds: number }

/** Runs a command of an installed package with the running Node, by path: `.bin` links differ between npm versions. With
 *  `quiet` its output is returned instead of shown. */
export async function runTool(
  tool: string,
  args: readonly string[],
  options: { cwd?: string; quiet?: boolean; env?: Record<string, string> } = {},
): Promise<ToolResult> {
  const began = performance.now()
  const child = spawn(process.execPath, [fileOf(tool), ...args], {
    cwd: options.cwd ?? root,
    stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    env: { ...process.env, ...options.env },
  })
  // A tool that outlived the command that asked for it would keep ports and folders busy.
  let interrupted = false
  const interrupt = (signal: NodeJS.Signals) => {
    interrupted = true
    child.kill(signal)
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
  }
  for (const signal of signals) process.on(signal, interrupt)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  for (const signal of signals) process.off(signal, interrupt)
  if (interrupted) process.exit(130)
  return { ok: code === 0, output, seconds: (performance.now() - began) / 1000 }
}

/** The script behind a command: `vitest`, or `@redocly/cli:redocly` where package and command differ in name. */
export function fileOf(tool: string): string {
  const [name = '', command = name.split('/').at(-1) ?? name] = tool.split(':')
  const folder = join(root, 'node_modules', name)
  if (!existsSync(folder)) throw new Error(`The package ${name} is not installed; run npm ci.`)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>
  }
  const file = typeof bin === 'string' ? bin : bin[command]
  if (!file) throw new Error(`The package ${name} has no command ${command}.`)
  return join(folder, file)
}
