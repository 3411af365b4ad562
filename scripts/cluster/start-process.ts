import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export type Running = {
  pid: number
  /** Ends it, and returns when it has gone. A second call waits for the first. */
  stop(): Promise<void>
}

export type ProcessOptions = { uid?: number; gid?: number; endSignal?: 'TERM' | 'INT' }

const startMs = 5000
const stopMs = 5000

/** Runs the words after it, tells the process id, and ends the program when told by which signal, or when nobody is left to tell. */
const watcher = `"$@" </dev/null >/dev/null & pid=$!
echo "$pid"
read -r signal || signal=TERM
kill -s "$signal" "$pid" 2>/dev/null
wait "$pid"`

/** Starts a program that listens at a port of this machine or a socket's path, and waits until it does. It ends with `stop`, and with
 *  this process, however that ends. Throws what the program said when it does not start. */
export const startProcess = async (
  program: string,
  args: readonly string[],
  at: number | string,
  { endSignal = 'TERM', ...ids }: ProcessOptions = {},
): Promise<Running> => {
  const child = spawn('/bin/sh', ['-c', watcher, 'sh', program, ...args], { cwd: '/', ...ids })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000)
  })
  const ended = once(child, 'exit')
  const pid = Number((await once(child.stdout, 'data'))[0])
  const end = async () => {
    const signal = (name: NodeJS.Signals) => {
      try {
        process.kill(pid, name)
      } catch {
        // It has gone already.
      }
    }
    // One that was frozen has to wake to hear it.
    signal('SIGCONT')
    child.stdin.end(`${endSignal}\n`)
    const impatience = setTimeout(() => signal('SIGKILL'), stopMs)
    await ended
    clearTimeout(impatience)
  }
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= end()
    return stopping
  }
  const began = performance.now()
  while (!(await answersAt(at))) {
    if (performance.now() - began > startMs) {
      await stop()
      throw new Error(`${program} did not start: ${said.trim()}`)
    }
    await pause(10)
  }
  return { pid, stop }
}

const answersAt = (at: number | string): Promise<boolean> =>
  new Promise((done) => {
    const socket = typeof at === 'number' ? connect(at, '127.0.0.1') : connect(at)
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
