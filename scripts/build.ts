import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { root, runTool } from './tools.ts'

const sources = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/vite.config.ts',
  'contract/src',
  'package-lock.json',
]
const mark = join(root, 'web/dist/.build-hash')

/** Builds the web app into web/dist, unless what lies there was built from these very sources. Throws when the build fails. */
export async function buildWeb(options: { force?: boolean } = {}): Promise<'built' | 'unchanged'> {
  const hash = await hashSources()
  if (!options.force && existsSync(mark) && readFileSync(mark, 'utf8') === hash) return 'unchanged'
  const { ok, output, seconds } = await runTool('vite', ['build'], { cwd: join(root, 'web'), quiet: true })
  if (!ok) throw new Error(`The web app does not build.\n${output}`)
  process.stderr.write(`Built the web app in ${seconds.toFixed(1)} s.\n`)
  writeFileSync(mark, hash)
  return 'built'
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256')
  for (const source of sources)
    for (const file of await filesIn(source)) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

async function filesIn(source: string): Promise<string[]> {
  const path = join(root, source)
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [source]
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  return (
    names
      // The build itself writes the route tree.
      .filter((entry) => entry.isFile() && entry.name !== 'routeTree.gen.ts')
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .sort()
  )
}

if (import.meta.main)
  await buildWeb({ force: true }).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
