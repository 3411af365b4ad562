import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const lengthMin = 10

/** As it is hashed (NFKC), and in one case: whoever guesses tries the spellings of one word together. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

/** Whether a password is among those guessed first: on a list of common ones, one character over and over, or made of nothing but a
 *  word of `context`, once or repeated. The context is what an attacker knows of the person: address, username; of an address the
 *  part before the @ counts too. Matches whole passwords only; a common word inside a long one is no harm (NIST SP 800-63B). */
export const isCommonPassword = (password: string, context: readonly string[] = []): boolean => {
  const guess = folded(password)
  // A letter may take two units before folding and one after, so eight bold letters passed for sixteen.
  if (guess.length < lengthMin) return true
  return (
    new Set(guess).size === 1 ||
    context.flatMap(namesOf).some((name) => isRepeated(guess, name)) ||
    commonPasswords().has(guess)
  )
}

const namesOf = (word: string): string[] => {
  const name = folded(word)
  const at = name.lastIndexOf('@')
  return at === -1 ? [name] : [name, name.slice(0, at)]
}

const isRepeated = (text: string, part: string): boolean =>
  part !== '' && text.length % part.length === 0 && text === part.repeat(text.length / part.length)

let loaded: ReadonlySet<string> | undefined

/** The lists, read at the first question (docs/decisions/0021 says which). Shorter passwords are refused for their length. */
export const commonPasswords = (): ReadonlySet<string> => {
  loaded ??= new Set(
    [...fromFile(), ...fromPackage()].map(folded).filter((entry) => entry.length >= lengthMin),
  )
  return loaded
}

const fromFile = (): string[] =>
  readFileSync(new URL('common-passwords.txt', import.meta.url), 'utf8')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))

const require = createRequire(import.meta.url)

/** The package unpacks its lists while it is imported, so it is not imported before it is needed. */
const fromPackage = (): string[] => {
  const { dictionary } = require('@zxcvbn-ts/language-common') as typeof import('@zxcvbn-ts/language-common')
  return dictionary['passwords-common']
}
