import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8')

/** The names declared in the environment's schema, read from the source so that nothing has to be exported for it. */
const declaredNames = async (): Promise<string[]> => {
  const source = await read('server/src/config.ts')
  const [, schema = ''] = /const Environment = z\.object\(\{\n(.*?)\n\}\)/s.exec(source) ?? []
  return [...schema.matchAll(/^ {2}([A-Z][A-Z0-9_]*):/gm)].map(([, name = '']) => name)
}

/** The names that head a row of a table in the document. */
const documentedNames = async (): Promise<string[]> =>
  [...(await read('docs/configuration.md')).matchAll(/^\| `([A-Z][A-Z0-9_]*)` \|/gm)].map(
    ([, name = '']) => name,
  )

test('every environment variable of the server is in docs/configuration.md', async () => {
  const declared = await declaredNames()
  expect(declared).toContain('PORT')
  expect(declared).toContain('LOG_LEVEL')
  const documented = await documentedNames()
  expect(declared.filter((name) => !documented.includes(name))).toEqual([])
})

test('docs/configuration.md names no variable that nothing reads', async () => {
  const scripts = (await readdir(new URL('scripts/', root))).filter((name) => /\.m?[jt]s$/.test(name))
  const sources = await Promise.all(
    ['server/src/config.ts', ...scripts.map((name) => `scripts/${name}`)].map(read),
  )
  const unread = (await documentedNames()).filter((name) => !sources.some((source) => source.includes(name)))
  expect(unread).toEqual([])
})
