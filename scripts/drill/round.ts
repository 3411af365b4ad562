import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Change } from './changes.ts'
import type { Order, Statuses, Told } from './sender.ts'
import type { Stage } from './stage.ts'

/** What goes wrong in the middle of a round. */
export const troubles = ['none', 'redis restarted', 'redis frozen', 'node frozen'] as const
export type Trouble = (typeof troubles)[number]

export type RoundResult = {
  change: string
  trouble: Trouble
  /** From the request that takes away to its answer. */
  answerMs: number
  /** Sent after the answer, or while a node stood still, and answered with 200. The promise is none. */
  accepted: number
  refused: number
  /** Answered 503 or not at all: neither let in nor turned away. */
  unanswered: number
}

/** A busy machine takes its time. */
const warmMsMax = 30_000

/** Plays one round: the credential is in use on every node, something goes wrong, it is taken away through the first node, and from the
 *  answer on `requests` requests are sent with it. Throws when the credential was not good before, or was not taken away. */
export const playRound = async (
  stage: Stage,
  change: Change,
  trouble: Trouble,
  requests: number,
): Promise<RoundResult> => {
  const { request, take } = await change.prepare(stage.house)
  const tell = (order: Order) => stage.sender.send(order)
  const warm = once(stage.sender, 'message', { signal: AbortSignal.timeout(warmMsMax) })
  tell({ kind: 'begin', ports: stage.nodes.map(({ port }) => port), request, after: requests })
  await warm.catch(() => {
    throw new Error(`It was not let in before "${change.name}"`)
  })
  const recover = await cause(stage, trouble, tell)
  const beganMs = performance.now()
  const reply = await take()
  const answerMs = performance.now() - beganMs
  const counting = once(stage.sender, 'message') as Promise<[Extract<Told, { kind: 'counted' }>]>
  tell({ kind: 'answered' })
  await recover()
  if (reply.statusCode !== 200) throw new Error(`It was not taken away: ${reply.statusCode} ${reply.body}`)
  const [{ after, stuck }] = await counting
  const sum = (status: (code: number) => boolean) => countOf(after, status) + countOf(stuck, status)
  return {
    change: change.name,
    trouble,
    answerMs,
    accepted: sum((code) => code >= 200 && code < 400),
    refused: sum((code) => code === 401 || code === 403),
    unanswered: sum((code) => code === 0 || code >= 404),
  }
}

const countOf = (statuses: Statuses, wanted: (code: number) => boolean): number =>
  Object.entries(statuses).reduce((sum, [code, count]) => sum + (wanted(Number(code)) ? count : 0), 0)

/** Makes the trouble and gives the way out of it. */
const cause = async (
  { nodes, redis, restartRedis }: Stage,
  trouble: Trouble,
  tell: (order: Order) => void,
): Promise<() => Promise<void>> => {
  if (trouble === 'redis restarted') {
    const restarting = restartRedis()
    return () => restarting
  }
  if (trouble === 'redis frozen') {
    const { pid } = redis()
    process.kill(pid, 'SIGSTOP')
    // Half of what follows meets it frozen, half meets it as it comes back.
    return async () => {
      await pause(2000)
      process.kill(pid, 'SIGCONT')
    }
  }
  const last = nodes.at(-1)
  if (trouble === 'none' || !last) return async () => {}
  last.child.kill('SIGSTOP')
  while (!/ T /.test(await readFile(`/proc/${last.child.pid}/stat`, 'utf8'))) await pause(5)
  tell({ kind: 'frozen', port: last.port })
  return async () => void last.child.kill('SIGCONT')
}
