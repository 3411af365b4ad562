import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
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
  await compress(join(root, 'web/dist'))
  writeFileSync(mark, hash)
  return 'built'
}

/** Puts a Brotli and a gzip copy beside each file that gains from it, once, so that no request pays for it. */
async function compress(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
    const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: size }))
  }
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
