import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GivenRole } from '#contract/members.ts'
import { may, type Permission, permissions, type Role, roles } from '#contract/permissions.ts'
import { canChangeRole, canInvite, canLeave, canRemove, roleAbove } from './rules.ts'

const given: readonly GivenRole[] = ['admin', 'editor', 'viewer']
const anyRole = fc.constantFrom(...roles)
const anyGiven = fc.constantFrom(...given)
/** 0 is the highest. */
const rung = (role: Role) => roles.indexOf(role)

/** Somebody else of the same workspace. */
const changes = (actor: Role, member: Role, to: GivenRole) =>
  canChangeRole({ userId: 'one', role: actor }, { userId: 'other', role: member }, to)

test('the table of who gives whom which role is the one of the specification', () => {
  const allowed = roles.flatMap((actor) =>
    roles.flatMap((member) =>
      given.flatMap((to) => (changes(actor, member, to) ? [`${actor}: ${member} > ${to}`] : [])),
    ),
  )
  expect(allowed).toEqual([
    'owner: admin > admin',
    'owner: admin > editor',
    'owner: admin > viewer',
    'owner: editor > admin',
    'owner: editor > editor',
    'owner: editor > viewer',
    'owner: viewer > admin',
    'owner: viewer > editor',
    'owner: viewer > viewer',
    'admin: editor > editor',
    'admin: editor > viewer',
    'admin: viewer > editor',
    'admin: viewer > viewer',
  ])
})

test.each([
  ['owner', ['admin', 'editor', 'viewer']],
  ['admin', ['editor', 'viewer']],
  ['editor', []],
  ['viewer', []],
] as const)('%s removes, and invites as, exactly %j', (actor, touched) => {
  expect(roles.filter((role) => canRemove({ role: actor }, { role }))).toEqual(touched)
  expect(given.filter((role) => canInvite(actor, role))).toEqual(touched)
})

test('everybody may leave but the owner', () => {
  expect(roles.filter(canLeave)).toEqual(['admin', 'editor', 'viewer'])
})

test('nobody touches a role equal to or above their own', () => {
  fc.assert(
    fc.property(anyRole, anyRole, anyGiven, (actor, member, to) => {
      fc.pre(rung(member) <= rung(actor))
      return !changes(actor, member, to) && !canRemove({ role: actor }, { role: member })
    }),
  )
})

test('nobody raises anybody to their own role or above it', () => {
  fc.assert(
    fc.property(anyRole, anyRole, anyGiven, (actor, member, to) => {
      fc.pre(rung(to) <= rung(actor))
      return !changes(actor, member, to) && !canInvite(actor, to)
    }),
  )
})

test('nobody changes their own role, whichever it is', () => {
  fc.assert(
    fc.property(fc.uuid(), anyRole, anyGiven, (userId, role, to) => {
      return !canChangeRole({ userId, role }, { userId, role }, to)
    }),
  )
})

test("giving the admin role, and taking it, is the owner's alone", () => {
  fc.assert(
    fc.property(anyRole, anyRole, anyGiven, (actor, member, to) => {
      fc.pre(actor !== 'owner' && (member === 'admin' || to === 'admin'))
      return !changes(actor, member, to)
    }),
  )
})

test('whatever a role may do about a member, every role above it may do too', () => {
  fc.assert(
    fc.property(anyRole, anyRole, anyRole, anyGiven, (one, other, member, to) => {
      const [higher, lower] = rung(one) <= rung(other) ? [one, other] : [other, one]
      if (changes(lower, member, to)) expect(changes(higher, member, to)).toBe(true)
      if (canRemove({ role: lower }, { role: member }))
        expect(canRemove({ role: higher }, { role: member })).toBe(true)
      if (canInvite(lower, to)) expect(canInvite(higher, to)).toBe(true)
    }),
  )
})

test('the permission table is a ladder: only leaving is not for the one at its top', () => {
  for (const permission of Object.keys(permissions) as Permission[]) {
    const holders = roles.filter((role) => may(role, permission))
    const expected = permission === 'team.leave' ? roles.slice(1) : roles.slice(0, holders.length)
    expect(holders, permission).toEqual(expected)
    expect(holders.length, permission).toBeGreaterThan(0)
  }
})

test('a refusal names the lowest role that would have been let through', () => {
  for (const member of given) {
    const able = roles.filter((actor) => canRemove({ role: actor }, { role: member }))
    expect(roleAbove(member)).toBe(able.at(-1))
  }
})
