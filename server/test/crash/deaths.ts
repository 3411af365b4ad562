import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { leaseSeconds } from '../../src/directory/directory.ts'
import { startTestHouse, type TestHouse } from '../test-house.ts'
import type { Command, Report, Task } from './perform.ts'

const secrets = { masterKeys: new Map([[1, randomBytes(32)]]), directorySecret: randomBytes(32) }

/** A house whose stores a second process can open too. */
export const startMortalHouse = (): Promise<TestHouse> => startTestHouse({ config: { secrets } })

/** Somebody to whom a command is about to happen, with what a test wants to look at afterwards. */
type Prepared<S> = { command: Command; subject: S }

/** What became of one: `isDone` when the command ended before its process did. */
export type Death<S> = { subject: S; isDone: boolean }

type Subject<P> = P extends () => Promise<Prepared<infer S>> ? S : never

/** Runs each command to its end once, to learn how many statements it takes, and then once for each of them, killed just before it; always
 *  with somebody new. So each command has one death for each of its statements, and one without. */
export const dieBeforeEveryStatement = async <P extends Record<string, () => Promise<Prepared<unknown>>>>(
  house: TestHouse,
  cases: P,
): Promise<{ [Name in keyof P]: Death<Subject<P[Name]>>[] }> => {
  const names = Object.keys(cases)
  const deaths: Record<string, Death<unknown>[]> = Object.fromEntries(names.map((name) => [name, []]))

  const run = async (dieBefore: number, among: string[]): Promise<Map<string, number>> => {
    const prepared: Prepared<unknown>[] = []
    for (const name of among) {
      const one = await cases[name]?.()
      if (one) prepared.push(one)
    }
    const report = await die(house, { dieBefore, commands: prepared.map(({ command }) => command) })
    const statements = new Map<string, number>()
    for (const [at, name] of among.entries()) {
      const isDone = report[at]?.isDone ?? false
      if (isDone !== (dieBefore === 0)) throw new Error(`${name} ended otherwise than it was to`)
      statements.set(name, report[at]?.statements ?? 0)
      deaths[name]?.push({ subject: prepared[at]?.subject, isDone })
    }
    return statements
  }

  const statements = await run(0, names)
  const last = Math.max(...statements.values())
  let next = 1
  const runRest = async () => {
    while (next <= last) {
      const dieBefore = next++
      const among = names.filter((name) => (statements.get(name) ?? 0) >= dieBefore)
      await run(dieBefore, among)
    }
  }
  // Two at once keep a small machine busy.
  await Promise.all([runRest(), runRest()])
  return deaths as { [Name in keyof P]: Death<Subject<P[Name]>>[] }
}

const die = async (
  house: TestHouse,
  { dieBefore, commands }: Pick<Task, 'dieBefore' | 'commands'>,
): Promise<Report> => {
  const task: Task = {
    directoryUrl: house.urls.directory,
    cellUrls: house.urls.cells,
    masterKey: secrets.masterKeys.get(1)?.toString('base64') ?? '',
    directorySecret: secrets.directorySecret.toString('base64'),
    filesDir: house.filesDir,
    at: house.clock.now().toISOString(),
    dieBefore,
    commands,
  }
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./perform.ts', import.meta.url))], {
      env: { ...process.env, CRASH_TASK: JSON.stringify(task) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [told, problem] = ['', '']
    child.stdout.on('data', (text) => {
      told += text
    })
    child.stderr.on('data', (text) => {
      problem += text
    })
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') done(JSON.parse(told))
      else failed(new Error(problem))
    })
  })
}

/** What the janitor would find later. */
export const settle = async (house: TestHouse): Promise<void> => {
  house.clock.advance(leaseSeconds + 1)
  await house.runSchedules()
}
