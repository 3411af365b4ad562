import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import type { Account } from './account.ts'

/** A command that ends when we do, however we end: even after `kill -9` of this process the pipe to it closes. */
export type WatchedProcess = {
  /** Resolves with the exit code, or null after a signal; `true` in `startFailed` when it never ran. */
  ended: Promise<{ code: number | null; failure?: Error }>
  hasEnded(): boolean
  /** Asks it to end, by SIGINT, which Postgres takes as "disconnect everybody and stop cleanly". */
  end(): void
}

// `sh` waits for the command while a second shell waits for the pipe to close. SIGINT goes out again each second, as it is lost
// while the command has not yet set itself up (a background command of `sh` starts out ignoring it).
const watcher = `"$@" 3<&- &
command=$!
{ read -r _ <&3; while kill -INT $command 2>/dev/null; do sleep 1; done; } &
watch=$!
wait $command
code=$?
kill $watch 2>/dev/null
exit $code`

/** Starts a command under the account, its output going to `output` (a file descriptor, or pipes to read). */
export function startWatched(
  account: Account,
  words: readonly string[],
  output: number | 'pipe',
): WatchedProcess & { child: ChildProcess } {
  const windows = process.platform === 'win32'
  const [file = '', ...args] = windows ? words : ['/bin/sh', '-c', watcher, 'sh', ...account.prefix, ...words]
  const stdio: StdioOptions = ['ignore', output, output, windows ? 'ignore' : 'pipe']
  const child = spawn(file, args, {
    // Its own folder may not be readable to the account, and Postgres must not keep ours busy.
    cwd: windows ? undefined : '/',
    env: windows ? process.env : { PATH: process.env.PATH, LC_ALL: 'C' },
    // A session of its own: Ctrl-C in the terminal then reaches us alone, and Postgres stays until we are done with it.
    detached: !windows,
    stdio,
    ...account.ids,
  })
  const pipe = child.stdio[3] as Writable | null
  pipe?.on('error', () => undefined)
  let over = false
  const ended = new Promise<{ code: number | null; failure?: Error }>((resolve) => {
    const settle = (end: { code: number | null; failure?: Error }) => {
      over = true
      pipe?.destroy()
      resolve(end)
    }
    child.once('error', (failure) => settle({ code: null, failure }))
    child.once('exit', (code) => settle({ code }))
  })
  return { child, ended, hasEnded: () => over, end: () => (pipe ? pipe.destroy() : child.kill('SIGINT')) }
}
