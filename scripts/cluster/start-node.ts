import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Starts the real server with this environment and resolves when it says that it is running. Its log goes to `stderr`. It ends with this
 *  process, also when that ends by a fault. */
export const startNode = async (
  env: Record<string, string>,
  { stderr, preload = [] }: { stderr: 'inherit' | number; preload?: readonly string[] },
): Promise<ChildProcess> => {
  const imports = preload.flatMap((file) => ['--import', file])
  const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [...imports, main], {
    // Nothing of this shell's settings reaches the server.
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', stderr],
  })
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  const said = await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
  if (!String(said[0]).includes('is running')) throw new Error('A node did not start.')
  return child
}

/** Asks a process to end and waits until it did. */
export const endNode = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  // One that was frozen has to wake to hear it.
  child.kill('SIGCONT')
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(impatience)
}
