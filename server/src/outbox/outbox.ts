import { sql } from 'drizzle-orm'
import { Logger, type Runner, run, runOnce, type TaskList } from 'graphile-worker'
import type pg from 'pg'
import type { Tx } from '../cells/database.ts'
import { describeFault, type Log } from '../log.ts'

/** What a job may carry: opaque ids, never an address or a secret. */
export type JobPayload = Record<string, string>

/** A job loads what its ids name and calls the same command a person would. It may run again after a crash. */
export type Job = ((payload: JobPayload, signal?: AbortSignal) => Promise<void>) & { isLong?: true }
export type Jobs = Record<string, Job>

/** A job that may take long: it does not take the place of short ones, and leaves off soon once its signal is aborted. */
export const long = (job: Job): Job => Object.assign(job, { isLong: true as const })

/** Adds a job in the transaction of the change that calls for it: both happen or neither. Asked for again under the same `key` while it
 *  waits, it is one job; one that runs is followed by another. */
export const addJob = async (tx: Tx, name: string, payload: JobPayload, key?: string): Promise<void> => {
  await tx.execute(
    sql`select graphile_worker.add_job(${name}, payload := ${JSON.stringify(payload)}::json, max_attempts := 12,
      job_key := ${key ?? null}, job_key_mode := 'preserve_run_at')`,
  )
}

const taskListOf = (jobs: Jobs, log: Log, signal?: AbortSignal): TaskList =>
  Object.fromEntries(
    Object.entries(jobs).map(([name, job]) => [
      name,
      async (payload: unknown) => {
        try {
          await job(payload as JobPayload, signal)
        } catch (error) {
          log.warn({ job: name, fault: error }, 'job failed')
          // The queue stores this text beside the job; the fault's own message could hold what the job carried.
          throw new Error(JSON.stringify(describeFault(error).type))
        }
      },
    ]),
  )

/** The queue's own messages name jobs and workers; its errors come through `taskListOf`. */
const workerLogger = (log: Log): Logger =>
  new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.debug({ worker: message.slice(0, 200) }, 'worker')
  })

/** Starts workers on each database, one of them for what takes long. Stop them before closing the pools. */
export const startWorkers = async (
  pools: readonly pg.Pool[],
  jobs: Jobs,
  log: Log,
): Promise<() => Promise<void>> => {
  const runners: Runner[] = []
  const stopping = new AbortController()
  const [long, short] = [true, false].map((isLong) =>
    Object.fromEntries(Object.entries(jobs).filter(([, job]) => (job.isLong ?? false) === isLong)),
  ) as [Jobs, Jobs]
  for (const pgPool of pools)
    for (const [some, concurrency] of [
      [short, 2],
      [long, 1],
    ] as const)
      runners.push(
        await run({
          pgPool,
          taskList: taskListOf(some, log, stopping.signal),
          concurrency,
          noHandleSignals: true,
          logger: workerLogger(log),
        }),
      )
  return async () => {
    stopping.abort()
    await Promise.all(runners.map((runner) => runner.stop()))
  }
}

/** Runs every job that is due, and returns when none is left waiting. For the controllable clock and for tests. */
export const runDueJobs = async (pools: readonly pg.Pool[], jobs: Jobs, log: Log): Promise<void> => {
  for (const pgPool of pools) {
    await runOnce({
      pgPool,
      taskList: taskListOf(jobs, log),
      noHandleSignals: true,
      logger: workerLogger(log),
    })
    await waitForLockedJobs(pgPool)
  }
}

const waitForLockedJobs = async (pool: pg.Pool): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    const { rows } = await pool.query(
      'select 1 from graphile_worker.jobs where locked_at is not null limit 1',
    )
    if (rows.length === 0) return
    await new Promise((done) => setTimeout(done, 50))
  }
}
