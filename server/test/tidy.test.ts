import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/* The house checks itself: who may import whom, and what must not be left lying about. */

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Areas in their order: each may call itself and those before it. */
const areas = [
  'activity',
  'accounts',
  'workspaces',
  'api-keys',
  'billing',
  'library',
  'training',
  'trash',
  'privacy',
  'integrations',
  'onboarding',
]

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.gen.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))

const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file)

/** What a file imports: files of ours as paths from the root, packages as they are written. */
const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/(?:from|import)\s+'([^']+)'|import\('([^']+)'\)/g)].map((match) => {
    const target = match[1] ?? match[2] ?? ''
    if (target.startsWith('#contract/')) return target.replace('#contract/', 'contract/src/')
    return target.startsWith('.') ? relative(root, resolve(root, dirname(file), target)) : target
  })

const sources = ['contract/src', 'server/src', 'web/src'].flatMap(filesBelow).filter((file) => !isTest(file))
const graph = new Map(sources.map((file) => [file, importsOf(file)]))
const offences = (allowed: (file: string, target: string) => boolean): string[] =>
  [...graph].flatMap(([file, targets]) =>
    targets.filter((target) => !allowed(file, target)).map((target) => `${file} imports ${target}`),
  )
const areaOf = (file: string): string | undefined => /^server\/src\/areas\/([^/]+)\//.exec(file)?.[1]

test('these checks see the sources they speak of', () => {
  expect(graph.size).toBeGreaterThan(100)
  expect(graph.get('server/src/areas/training/routes.ts')).toContain('server/src/areas/library/visible.ts')
  expect(graph.get('server/src/areas/api-keys/routes.ts')).toContain('contract/src/api-keys.ts')
})

test('the contract imports nothing but zod', () => {
  expect(
    offences(
      (file, target) => !file.startsWith('contract/') || target === 'zod' || target.startsWith('contract/'),
    ),
  ).toEqual([])
})

test('server and web meet in the contract only', () => {
  expect(offences((file, target) => !(file.startsWith('web/') && target.startsWith('server/')))).toEqual([])
  expect(offences((file, target) => !(file.startsWith('server/') && target.startsWith('web/')))).toEqual([])
})

test('nothing below the areas knows an area; only app.ts and start-up know them all', () => {
  // The operator's command is another way into the same house.
  const knowsAll = new Set([
    'server/src/app.ts',
    'server/src/background.ts',
    'server/src/operator-command.ts',
  ])
  expect(
    offences(
      (file, target) =>
        areaOf(file) !== undefined ||
        knowsAll.has(file) ||
        file.startsWith('server/src/operator-commands/') ||
        areaOf(target) === undefined,
    ),
  ).toEqual([])
})

test('every area has its place in the order, and calls only those before it', () => {
  const known = sources.map(areaOf).filter((area) => area !== undefined)
  expect([...new Set(known)].filter((area) => !areas.includes(area))).toEqual([])
  expect(
    offences((file, target) => {
      const [from, to] = [areaOf(file), areaOf(target)]
      return from === undefined || to === undefined || areas.indexOf(to) <= areas.indexOf(from)
    }),
  ).toEqual([])
})

test("an area's tables are its own: others call its functions", () => {
  expect(
    offences((file, target) => {
      const to = areaOf(target)
      if (!to || !target.endsWith('/table.ts')) return true
      const from = areaOf(file)
      // Training and the library share models and uploads: a run writes the model it trains (docs/decisions/0006).
      return from === to || (from === 'training' && to === 'library')
    }),
  ).toEqual([])
})

test('no import leads back to where it came from', () => {
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, way: string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...way.slice(way.indexOf(file)), file].join(' → '))
      return
    }
    state.set(file, 'open')
    for (const target of graph.get(file) ?? []) if (graph.has(target)) visit(target, [...way, file])
    state.set(file, 'done')
  }
  for (const file of graph.keys()) visit(file, [])
  expect(cycles).toEqual([])
})

test('nothing half done is left lying about', () => {
  const leftovers = [...sources, ...filesBelow('server/test'), ...filesBelow('scripts')]
    .filter((file) => !file.endsWith('tidy.test.ts'))
    .flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) =>
          /\b(TODO|FIXME|XXX)\b|\b(test|it|describe)\.(only|skip|todo)\b|\bdebugger\b/.test(line)
            ? [`${file}:${index + 1}: ${line.trim()}`]
            : [],
        ),
    )
  expect(leftovers).toEqual([])
})

test('a source file is one thought: at most 300 lines', () => {
  expect(sources.filter((file) => read(file).split('\n').length > 300)).toEqual([])
})

test('the lockfile names no address to download from', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"')
})
