import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { devNull } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Burst, Measured } from './load.ts'
import type { Question } from './meter.ts'

/** A process that is measured. */
export type Measurable = {
  port: number
  /** Microseconds of CPU, user and system, since it began. */
  cpuMicros(): Promise<number>
  /** What its time goes to while `work` lasts. */
  profile(work: () => Promise<void>): Promise<Profiler.Profile>
  /** Stops it from doing anything at all until it thaws, as a machine would that hangs. */
  freeze(): Promise<void>
  thaw(): void
  stop(): Promise<void>
}

export type Generator = { measure(burst: Burst): Promise<Measured>; stop(): Promise<void> }

type Start = { args: string[]; env?: Record<string, string>; stderr?: 'inherit' }

/** How long a process may take to stop before it is killed. */
const stopMs = 10_000
const startMs = 60_000

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Our real server, with the probe routes. Its log goes where nobody reads it, at the level it has in production. */
export const startHouse = async (env: Record<string, string>, verbose: boolean): Promise<Measurable> =>
  measurable(
    await start({
      args: ['--import', fileOf('probe-routes.ts'), fileOf('../server/src/main.ts')],
      env,
      ...(verbose ? { stderr: 'inherit' } : {}),
    }),
  )

export const startPlain = async (...words: string[]): Promise<Measurable> =>
  measurable(await start({ args: [fileOf('plain-server.ts'), ...words], stderr: 'inherit' }))

export const startRival = async (...words: string[]): Promise<Measurable> =>
  measurable(await start({ args: [fileOf('rivals/better-auth.ts'), ...words], stderr: 'inherit' }))

export const startGenerator = async (): Promise<Generator> => {
  const { child } = await start({ args: [fileOf('load.ts')], stderr: 'inherit' })
  return {
    async measure(burst) {
      const reply = await ask<{ measured?: Measured; fault?: string }>(child, burst)
      if (!reply.measured) throw new Error(reply.fault)
      return reply.measured
    },
    stop: () => stop(child),
  }
}

const measurable = ({ child, port }: { child: ChildProcess; port: number }): Measurable => ({
  port,
  async cpuMicros() {
    const { answer } = await ask<{ answer: NodeJS.CpuUsage }>(child, 'cpu')
    return answer.user + answer.system
  },
  async profile(work) {
    await ask(child, 'start-profile')
    await work()
    return (await ask<{ answer: Profiler.Profile }>(child, 'stop-profile')).answer
  },
  async freeze() {
    child.kill('SIGSTOP')
    while (!(await isFrozen(child))) await sleep(1)
  },
  thaw: () => void child.kill('SIGCONT'),
  async stop() {
    if (process.platform === 'linux' && (await isFrozen(child))) child.kill('SIGCONT')
    await stop(child)
  },
})

/** Starts a Node and waits until it says that, and where, it is running. */
const start = async ({ args, env = {}, stderr }: Start): Promise<{ child: ChildProcess; port: number }> => {
  const child = spawn(process.execPath, args, {
    // NODE_ENV as in production; nothing of this shell's settings reaches the server.
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', stderr ?? openSync(devNull, 'w'), 'ipc'],
  })
  let said = ''
  const port = await new Promise<number>((resolve, reject) => {
    const impatience = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error('A process did not start in time; --verbose shows what it says.'))
    }, startMs)
    child.once('error', reject)
    child.once('exit', (code) => {
      reject(new Error(`A process ended with ${code} at its start; --verbose shows what it says.`))
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const running = /running(?: at http:\/\/localhost:(\d+)\s|\n)/.exec(said)
      if (!running) return
      clearTimeout(impatience)
      resolve(Number(running[1] ?? 0))
    })
  })
  return { child, port }
}

/** What Linux says of it: the state follows the name in brackets, which may hold anything. */
const isFrozen = async ({ pid }: ChildProcess): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')')).startsWith(') T')
}

const ask = <Reply>(child: ChildProcess, message: Burst | Question): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('A process ended in the middle of a measurement'))
    child.once('exit', onExit)
    child.once('message', (reply) => {
      child.off('exit', onExit)
      resolve(reply as Reply)
    })
    child.send(message)
  })

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), stopMs)
  await ended
  clearTimeout(impatience)
}
