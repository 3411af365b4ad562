import { describe, expect, test } from 'vitest'
import type { Role } from '#contract/permissions.ts'
import { rowActions, type Viewer } from './row-actions.ts'

const me = (role: Role, accountType: Viewer['accountType'] = 'team'): Viewer => ({
  userId: 'user_me',
  role,
  accountType,
})
const member = (role: Role) => ({ userId: 'user_other', role, status: 'active' as const })
const invite = (role: Role) => ({ role, status: 'pending' as const })
const own = (role: Role) => ({ userId: 'user_me', role, status: 'active' as const })

describe('an active member', () => {
  test.each<[Role, Role, string]>([
    ['owner', 'admin', 'set-editor set-viewer transfer remove'],
    ['owner', 'editor', 'set-admin set-viewer transfer remove'],
    ['owner', 'viewer', 'set-admin set-editor transfer remove'],
    ['admin', 'owner', ''],
    ['admin', 'admin', ''],
    ['admin', 'editor', 'set-viewer remove'],
    ['admin', 'viewer', 'set-editor remove'],
    ['editor', 'owner', ''],
    ['editor', 'admin', ''],
    ['editor', 'editor', ''],
    ['editor', 'viewer', ''],
    ['viewer', 'viewer', ''],
  ])('offers an %s looking at an %s: %s', (role, target, expected) => {
    expect(rowActions(me(role), member(target)).join(' ')).toBe(expected)
  })
})

describe('a pending invite', () => {
  test.each<[Role, Role, string]>([
    ['owner', 'admin', 'resend cancel'],
    ['owner', 'viewer', 'resend cancel'],
    ['admin', 'admin', ''],
    ['admin', 'editor', 'resend cancel'],
    ['editor', 'viewer', ''],
    ['viewer', 'viewer', ''],
  ])('offers an %s looking at an invite as %s: %s', (role, target, expected) => {
    expect(rowActions(me(role), invite(target)).join(' ')).toBe(expected)
  })
})

test('everybody but the owner may leave by their own row, and change nothing else there', () => {
  expect(rowActions(me('owner'), own('owner'))).toEqual([])
  for (const role of ['admin', 'editor', 'viewer'] as const)
    expect(rowActions(me(role), own(role))).toEqual(['leave'])
})

test('a personal workspace is not handed over', () => {
  expect(rowActions(me('owner', 'personal'), member('editor'))).toEqual(['set-admin', 'set-viewer', 'remove'])
})
