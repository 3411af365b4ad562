import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Place } from './places.ts'
import { startRival } from './processes.ts'

const folder = fileURLToPath(new URL('rivals/', import.meta.url))

/** Installs the packages of what we compare with, in a folder of their own that the product never looks into. Done once. */
export const installRivals = async (tell: (sentence: string) => void): Promise<void> => {
  if (existsSync(`${folder}node_modules/better-auth`)) return
  tell('installing Better Auth in bench/rivals')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  await promisify(execFile)(npm, ['ci', '--ignore-scripts'], {
    cwd: folder,
    shell: process.platform === 'win32',
  })
}

/** Better Auth as a place of its own, with `keyCount` keys, and the cookies of people whose sessions it reads from the cookie. */
export const startBetterAuth = async (
  databaseUrl: string,
  keyCount: number,
): Promise<{ place: Place; cached: string[]; stop(): Promise<void> }> => {
  const server = await startRival(databaseUrl, `${keyCount}`)
  const { port, stop } = server
  const { cookies, cached } = await (await fetch(`http://localhost:${port}/cookies`)).json()
  return { place: { processes: [server], cookies }, cached, stop }
}
