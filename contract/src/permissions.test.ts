import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  coversScope,
  may,
  type Permission,
  permissions,
  type Role,
  roleBlurbs,
  roles,
  type Scope,
  scopes,
} from './permissions.ts'

/** SPEC 4.4, as people read it. */
const allowed: Record<Permission, string> = {
  'public.view': 'owner admin editor viewer',
  'library.view': 'owner admin editor viewer',
  'workspace.view': 'owner admin editor viewer',
  'members.view': 'owner admin editor viewer',
  'activity.view': 'owner admin editor viewer',
  'billing.viewBalance': 'owner admin editor viewer',
  'billing.viewUsage': 'owner admin editor viewer',
  'library.edit': 'owner admin editor',
  'library.trash': 'owner admin editor',
  'trash.manage': 'owner admin editor',
  'training.run': 'owner admin editor',
  'library.download': 'owner admin editor',
  'datasets.version': 'owner admin editor',
  'deployments.manage': 'owner admin editor',
  'imports.run': 'owner admin editor',
  'apiKeys.manage': 'owner admin editor',
  'integrations.manage': 'owner admin',
  'workspace.edit': 'owner admin',
  'invites.manage': 'owner admin',
  'invites.manageAdmins': 'owner',
  'members.manage': 'owner admin',
  'members.manageAdmins': 'owner',
  'billing.manage': 'owner admin',
  'plan.manage': 'owner admin',
  'team.leave': 'admin editor viewer',
  'team.transfer': 'owner',
  'team.delete': 'owner',
  'privacy.export': 'owner',
}

test.each(Object.keys(permissions) as Permission[])(
  '%s is granted to the roles of the matrix',
  (permission) => {
    expect(roles.filter((role) => may(role, permission)).join(' ')).toBe(allowed[permission])
  },
)

test('a higher role may whatever a lower one may, save that an owner hands over before leaving', () => {
  const ladder = (Object.keys(permissions) as Permission[]).filter((name) => name !== 'team.leave')
  for (const permission of ladder)
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

/** The matrix as docs/roles.md shows it. */
const printMatrix = (): string => {
  const cells = [
    ['Action', 'Owner', 'Admin', 'Editor', 'Viewer'],
    ['---', ...roles.map(() => ':-:')],
    ...(Object.keys(permissions) as Permission[]).map((permission) => [
      permissions[permission].action,
      ...roles.map((role) => (may(role, permission) ? 'yes' : '–')),
    ]),
  ]
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n')
}

test('the guide to roles shows the table that the server decides by', () => {
  const guide = readFileSync(new URL('../../docs/roles.md', import.meta.url), 'utf8')
  const [, shown] = /<!-- permissions -->\n(.*?)<!-- \/permissions -->/s.exec(guide) ?? []
  // To mend it, put what is expected here between the two marks.
  expect(shown?.trim()).toBe(printMatrix())
  for (const role of roles) expect(guide).toContain(roleBlurbs[role])
})
