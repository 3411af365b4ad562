import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Running, startProcess } from './start-process.ts'

export type HaproxyOptions = {
  /** For the configuration and the sockets; its path must be short enough for a socket's name. */
  folder: string
  /** Where callers come in, as HAProxy writes it: `127.0.0.1:8080`, or with `accept-proxy` behind it. Several stand on several lines. */
  binds: readonly string[]
  /** Ports of the nodes on this machine. */
  ports: readonly number[]
  /** The address that HAProxy calls the nodes from, for TRUSTED_PROXIES. */
  source?: string
  /** Takes and passes on what the standard forbids, so that tests reach the server with it. */
  lenient?: true
}

const template = new URL('haproxy.cfg', import.meta.url)

/** Fills in the template. */
const haproxyConfig = async (options: HaproxyOptions): Promise<string> => {
  const { folder, binds, ports, source, lenient } = options
  const serversAt = (more: (n: number) => string) =>
    ports.map((port, n) => `server node${n + 1} 127.0.0.1:${port}${more(n)}`).join('\n  ')
  const values: Record<string, string> = {
    bind: binds.join('\n  bind '),
    socket: `unix@${join(folder, 'http.sock')}`,
    source: source ? `source ${source}` : '',
    accept: lenient ? 'option accept-invalid-http-request' : '',
    servers: serversAt(() => ''),
    uploadServers: serversAt((n) => ` track nodes/node${n + 1}`),
  }
  return (await readFile(template, 'utf8')).replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '')
}

/** Starts HAProxy and resolves when it takes connections. Throws what it says when it does not start. */
export const startHaproxy = async (options: HaproxyOptions): Promise<Running> => {
  const file = join(options.folder, 'haproxy.cfg')
  await writeFile(file, await haproxyConfig(options))
  return startProcess('haproxy', ['-db', '-q', '-f', file], join(options.folder, 'http.sock'))
}
