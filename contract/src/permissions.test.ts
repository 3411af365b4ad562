import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  coversScope,
  may,
  type Permission,
  permissions,
  type Role,
  roles,
  type Scope,
  scopes,
} from './permissions.ts'

/** SPEC 4.4, as people read it. */
const allowed: Record<Permission, string> = {
  'workspace.view': 'owner admin editor viewer',
  'workspace.edit': 'owner admin',
  'activity.view': 'owner admin editor viewer',
  'library.view': 'owner admin editor viewer',
  'library.download': 'owner admin editor',
  'training.run': 'owner admin editor',
  'apiKeys.manage': 'owner admin editor',
}

test.each(Object.keys(permissions) as Permission[])(
  '%s is granted to the roles of the matrix',
  (permission) => {
    expect(roles.filter((role) => may(role, permission)).join(' ')).toBe(allowed[permission])
  },
)

test('a higher role may whatever a lower one may', () => {
  for (const permission of Object.keys(permissions) as Permission[])
    roles.reduce((higher: Role, lower: Role) => {
      if (may(lower, permission)) expect(may(higher, permission), `${higher} ${permission}`).toBe(true)
      return lower
    })
})

test('a key without chosen scopes may read and write resources, and is no admin', () => {
  for (const held of [null, []]) {
    expect(scopes.filter((scope) => coversScope(held, [scope]))).toEqual([
      'training',
      'models',
      'datasets',
      'read',
      'write',
    ])
    expect(coversScope(held, ['admin'])).toBe(false)
  }
})

test.each([
  ['training', 'training'],
  ['models', 'models'],
  ['datasets', 'datasets'],
  ['read', 'read'],
  ['write', 'training models datasets write'],
  ['admin', 'admin'],
] as [Scope, string][])('the scope %s alone covers %s', (held, covered) => {
  expect(scopes.filter((scope) => coversScope([held], [scope])).join(' ')).toBe(covered)
})

const someScopes = fc.subarray([...scopes], { minLength: 1 })

test('admin is never implied: only a key that holds it covers it', () => {
  fc.assert(fc.property(someScopes, (held) => coversScope(held, ['admin']) === held.includes('admin')))
})

test('one of the needed scopes suffices, and another scope on the key never takes any away', () => {
  fc.assert(
    fc.property(someScopes, someScopes, fc.constantFrom(...scopes), (held, needed, more) => {
      expect(coversScope(held, needed)).toBe(needed.some((scope) => coversScope(held, [scope])))
      if (coversScope(held, needed)) expect(coversScope([...held, more], needed)).toBe(true)
    }),
  )
})

test('a route that needs no scope at all is covered by none', () => {
  expect(coversScope(['write', 'admin'], [])).toBe(false)
})
