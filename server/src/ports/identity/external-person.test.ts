import { expect, test } from 'vitest'
import { toExternalPerson } from './external-person.ts'

const claims = { subject: 's', email: 'Anna@Example.com', emailVerified: true, name: 'Anna' }

test('an address is kept in the spelling in which ours are compared', () => {
  expect(toExternalPerson(claims).email).toBe('anna@example.com')
})

test.each([undefined, null, '', 7, {}, 'x'.repeat(256), 'a\nb', 'ä'])(
  'somebody the provider cannot name is nobody: %j',
  (subject) => {
    expect(() => toExternalPerson({ ...claims, subject })).toThrow()
  },
)

test.each<[unknown, string | null]>([
  ['  Anna \n Bö\u0000hm ', 'Anna Bö hm'],
  ['\u202eannA', 'annA'],
  ['broken \ud800 pair', 'broken \ufffd pair'],
  ['x'.repeat(300), 'x'.repeat(100)],
  ['😀'.repeat(300), '😀'.repeat(100)],
  ['   ', null],
  [undefined, null],
  [['Anna'], null],
])('a name is a short plain suggestion: %j', (name, kept) => {
  expect(toExternalPerson({ ...claims, name }).name).toBe(kept)
})
