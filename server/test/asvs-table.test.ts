import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/* docs/security/asvs.md says of each requirement which test shows it; here it is held to that. */

const page = new URL('../../docs/security/asvs.md', import.meta.url)
const text = readFileSync(page, 'utf8')

/** How many requirements each section of chapters V6 and V7 has in version 5.0.0. */
const sections = {
  '6.1': 3,
  '6.2': 12,
  '6.3': 8,
  '6.4': 6,
  '6.5': 8,
  '6.6': 4,
  '6.7': 2,
  '6.8': 4,
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 3,
  '7.6': 2,
}

type Row = { id: string; level: string; status: string; shown: string }

const rows: Row[] = [
  ...text.matchAll(/^\| (\d\.\d\.\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$/gm),
].map(([, id = '', level = '', status = '', , shown = '']) => ({ id, level, status, shown }))

/** Every link of the page to a file, and the test named after it: `[x.test.ts](path) “name”`. */
const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)(?: “([^”]+)”)?/g)].map(
  ([, path = '', name]) => ({ path, name }),
)

/** Source text with its quotes unescaped, so that a name is found as it is read. */
const read = (path: string): string =>
  readFileSync(new URL(path, page), 'utf8').replaceAll(/\\(['"`])/g, '$1')

const holdsTest = (source: string, name: string): boolean =>
  ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`))

test('the table has every requirement of V6 and V7 once, in order, with a level and a status', () => {
  const expected = Object.entries(sections).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, n) => `${section}.${n + 1}`),
  )
  expect(rows.map((row) => row.id)).toEqual(expected)
  for (const row of rows) {
    expect(row).toMatchObject({ level: expect.stringMatching(/^[123]$/) })
    expect(row).toMatchObject({ status: expect.stringMatching(/^(met|partly|not met|does not apply)$/) })
  }
})

test('what is called met names a test, or the page or source that shows it', () => {
  expect(
    rows.filter(({ status, shown }) => status === 'met' && !shown.includes('](')).map(({ id }) => id),
  ).toEqual([])
})

test('every file the table names exists, and holds the test that it is named for', () => {
  const tests = links.filter(({ name }) => name !== undefined)
  expect(tests.length).toBeGreaterThan(40)
  const wrong = links.filter(
    ({ path, name }) =>
      !existsSync(new URL(path, page)) ||
      (/\.(test|spec)\.ts$/.test(path) && (name === undefined || !holdsTest(read(path), name))),
  )
  expect(wrong).toEqual([])
})
