import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What tells one process from a later one with the same pid; undefined when there is none, `zombie` when it is over but
 *  not yet reaped (seen to last 3 s after a kill). */
export async function identityOf(pid: number): Promise<string | 'zombie' | undefined> {
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    if (!stat) return undefined
    // The second field is the name in brackets and may hold spaces; the state follows it, the start time is the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return 'zombie'
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
    return `${boot.trim()}:${fields[19]}`
  }
  if (process.platform === 'win32') {
    try {
      process.kill(pid, 0)
      return 'running'
    } catch {
      return undefined
    }
  }
  const ps = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).catch(() => undefined)
  if (!ps?.stdout.trim()) return undefined
  return ps.stdout.trim().startsWith('Z') ? 'zombie' : ps.stdout.trim().replace(/^\S+\s+/, '')
}

/** Whether this pid is the main process of the Postgres of this very cluster, and not a stranger with a reused pid. */
export async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  const words = await commandLine(pid)
  if (!words[0] || basename(words[0]).replace(/\.exe$/, '') !== 'postgres') return false
  return words.some((word, index) => word === cluster && words[index - 1] === '-D')
}

/** The pid in `postmaster.pid`, which Postgres writes at its start and removes at a clean stop. */
export async function pidInFile(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const pid = Number.parseInt(text, 10)
  return pid > 0 ? pid : undefined
}

/** Asks again every 50 ms until the question holds; false when it did not within the time. */
export async function waitUntil(question: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs
  for (;;) {
    if (await question()) return true
    if (Date.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function commandLine(pid: number): Promise<string[]> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return text.split('\0')
  }
  if (process.platform === 'win32') return []
  const ps = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => undefined)
  // A path with spaces falls apart here; then the process counts as a stranger and Postgres's own lock decides.
  return ps?.stdout.trim().split(' ') ?? []
}
