import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { dictionary } from '@zxcvbn-ts/language-common'
import { expect, test } from 'vitest'
import { commonPasswords, isCommonPassword } from './common-passwords.ts'

test('more than the 3,000 most common passwords that fit the length rule are known (OWASP ASVS 5.0, 6.2.4)', () => {
  expect(commonPasswords().size).toBeGreaterThanOrEqual(10_000)
  for (const entry of commonPasswords()) {
    expect(entry.length).toBeGreaterThanOrEqual(10)
    expect(entry).toBe(entry.normalize('NFKC').toLowerCase())
    expect(entry).not.toMatch(/^#|\s/)
  }
})

test('every long enough entry of the package is refused', () => {
  const long = dictionary['passwords-common'].filter((entry) => entry.length >= 10)
  expect(long.length).toBeGreaterThan(1000)
  expect(long.filter((entry) => !isCommonPassword(entry))).toEqual([])
})

test.each([
  'qwertyuiop',
  '1234567890',
  'password123',
  'PASSWORD123',
  'Basketball',
  '1qaz2wsx3edc',
  'superpassword',
  'ｐａｓｓｗｏｒｄ１２３',
  '𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝𝟏𝟐𝟑',
  '𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝',
])('%s is refused', (password) => {
  expect(isCommonPassword(password)).toBe(true)
})

test.each([
  'correct horse battery staple',
  'a long enough password',
  'password123 and then some',
  'my qwertyuiop',
  'pässwörter-gehen-auch',
  '正しい馬の電池とホチキス',
  // Its first a is a Cyrillic one: a look-alike is another word, and nothing is derived.
  'pаssword123',
  'xK7!pq2$mZ9w',
  'constructor!',
  'hasOwnProperty',
])('%s is let through', (password) => {
  expect(isCommonPassword(password)).toBe(false)
})

test('one character over and over is refused, whatever the character', () => {
  for (const character of ['a', 'A', '~', ' ', 'é', '目', '😀', 'Ⓐ'])
    for (const times of [10, 11, 128])
      expect(isCommonPassword(character.repeat(times)), `${times} × ${character}`).toBe(true)
  expect(isCommonPassword('zA'.repeat(5))).toBe(false)
})

const context = ['Anna.Meier@acme.example', 'meier-a', '']

test.each([
  'anna.meier@acme.example',
  'ANNA.MEIER@ACME.EXAMPLE',
  'anna.meier',
  'Anna.MeierAnna.Meier',
  'anna.meier@acme.exampleanna.meier@acme.example',
  'meier-ameier-a',
  'ｍｅｉｅｒ－ａｍｅｉｅｒ－ａ',
])('%s is refused to whom it names', (password) => {
  expect(isCommonPassword(password)).toBe(false)
  expect(isCommonPassword(password, context)).toBe(true)
})

test.each(['anna.meier1', 'meier-ameier', 'annameier-acme', 'my name is anna.meier', 'acme.example'])(
  '%s only holds a name and is let through',
  (password) => {
    expect(isCommonPassword(password, context)).toBe(false)
  },
)

test('the lists are found from any working directory and not read before they are needed', () => {
  const module = fileURLToPath(new URL('common-passwords.ts', import.meta.url))
  const script = `
    const { createRequire } = process.getBuiltinModule('node:module')
    const { cache } = createRequire(${JSON.stringify(module)})
    const isLoaded = () => Object.keys(cache).some((file) => file.includes('language-common'))
    const { isCommonPassword } = await import(${JSON.stringify(module)})
    const before = isLoaded()
    console.log(before, isCommonPassword('superpassword'), isLoaded())`
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: tmpdir(),
    encoding: 'utf8',
  })
  expect(said.trim()).toBe('false true true')
})
