import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

export type Redis = { url: string; stop(): Promise<void> }

/** Runs it until what it reads from ends, which it also does when this process is killed. */
const watched = `command -v redis-server > /dev/null || exit 1
trap '' INT TERM HUP
redis-server "$@" < /dev/null &
read -r _
kill $!
wait $!`

const startMs = 10_000

/** Starts a Redis that keeps nothing, or gives undefined where none is installed. */
export const startRedis = async (folder: string): Promise<Redis | undefined> => {
  const port = await freePort()
  const words = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  const child = spawn('/bin/sh', ['-c', watched, 'sh', ...words], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<false>((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', () => resolve(false))
  })
  const stop = async () => {
    child.stdin.end()
    await ended
  }
  const isRunning = await new Promise<boolean>((resolve) => {
    void ended.then(resolve)
    setTimeout(resolve, startMs, false).unref()
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('Ready to accept connections')) resolve(true)
    })
  })
  if (!isRunning) {
    await stop()
    return undefined
  }
  return { url: `redis://127.0.0.1:${port}`, stop }
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
