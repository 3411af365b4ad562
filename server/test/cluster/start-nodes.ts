import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRedis } from '../../../scripts/cluster/redis.ts'

/** Where a test finds the processes that make nodes for it. */
export type NodeProcesses = { sockets: string[]; redisUrl: string }

/** Starts so many processes that make nodes, and a Redis that they share, for a whole run. */
export const startNodeProcesses = async (
  count: number,
): Promise<NodeProcesses & { stop(): Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'gh-nodes-'))
  const redis = await startRedis()
  const children: ChildProcess[] = []
  const sockets = Array.from({ length: count }, (_, n) => join(folder, `${n}.sock`))
  for (const socket of sockets)
    children.push(fork(fileURLToPath(new URL('node.ts', import.meta.url)), [socket], { execArgv: [] }))
  await Promise.all(children.map((child) => once(child, 'message')))
  return {
    sockets,
    redisUrl: redis.url,
    async stop() {
      const ended = children.map((child) => once(child, 'exit'))
      for (const child of children) child.disconnect()
      await Promise.all(ended)
      await redis.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
