import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { keyedDigest } from '../../../crypto/digest.ts'
import type { Directory } from '../../../directory/directory.ts'
import { identityEntry } from './identity.ts'

const secret = randomBytes(32)
const directory: Pick<Directory, 'guessable'> = {
  guessable: (kind, text) => ({ kind, digest: keyedDigest(secret, kind, text) }),
}

test('the same id at another provider, or at another installation of one, is another account', () => {
  const accounts = [
    { provider: 'github', issuer: 'https://github.com', subject: '4711' },
    { provider: 'github', issuer: 'https://git.acme.example', subject: '4711' },
    { provider: 'google', issuer: 'https://github.com', subject: '4711' },
    { provider: 'github', issuer: 'https://github.com', subject: '471' },
  ] as const
  const digests = accounts.map((account) => identityEntry(directory, account).digest.toString('hex'))
  expect(new Set(digests).size).toBe(accounts.length)
})
