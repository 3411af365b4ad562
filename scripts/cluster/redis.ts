import { freePort } from './free-port.ts'
import { type Running, startProcess } from './start-process.ts'

/** A Redis on a free port of this machine, or on the one given. It keeps nothing on disk. */
export const startRedis = async (port?: number): Promise<Running & { url: string; port: number }> => {
  const at = port ?? (await freePort())
  const settings = { port: String(at), bind: '127.0.0.1', save: '', appendonly: 'no', daemonize: 'no' }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const running = await startProcess('redis-server', args, at)
  return { ...running, port: at, url: `redis://127.0.0.1:${at}` }
}
