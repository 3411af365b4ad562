import { expect, it } from 'vitest'
import { actions, resourceTypes } from '#contract/activity.ts'
import { eventWords } from './event-words.ts'

it('says what happened to what', () => {
  expect(eventWords({ action: 'created', resourceType: 'api_key', resourceName: 'Training server' })).toEqual(
    {
      lead: 'Created API key',
      name: 'Training server',
    },
  )
})

it('speaks of revoking a key and of making the account', () => {
  expect(eventWords({ action: 'deleted', resourceType: 'api_key', resourceName: 'Old' }).lead).toBe(
    'Revoked API key',
  )
  expect(eventWords({ action: 'completed', resourceType: 'onboarding' }).lead).toBe('Created this account')
})

it('tells a wish to cancel from the cancelled run', () => {
  const asked = {
    action: 'updated',
    resourceType: 'training',
    metadata: { change: 'cancel_requested' },
  } as const
  expect(eventWords(asked).lead).toBe('Asked to stop training')
})

it('has words for every pair of the vocabulary', () => {
  for (const resourceType of resourceTypes) {
    for (const action of actions)
      expect(eventWords({ action, resourceType }).lead).toMatch(/^[A-Z][\w :]+\w$/)
  }
})

it('tells what changed about getting in, and names nothing that it was not told', () => {
  const told = (metadata: Record<string, unknown>) =>
    eventWords({ action: 'updated', resourceType: 'settings', resourceName: 'Settings', metadata })
  expect(told({ kind: 'security', change: 'passkey_added', passkey: 'Laptop' })).toEqual({
    lead: 'Added passkey',
    name: 'Laptop',
  })
  expect(told({ kind: 'security', change: 'provider_connected', provider: 'github' })).toEqual({
    lead: 'Connected',
    name: 'GitHub',
  })
  expect(told({ kind: 'security', change: 'sessions_revoked', count: 3 }).lead).toBe('Ended 3 sessions')
  for (const change of ['signed_in_from_new_device', 'second_factor_locked', 'email_added'])
    expect(told({ kind: 'security', change }).lead, change).not.toBe('Updated settings')
  expect(told({ kind: 'billing', change: 'signup_bonus', amountCents: 2000 }).lead).toBe(
    'Earned $20.00 more sign-up credit',
  )
  expect(told({ kind: 'preferences' })).toEqual({ lead: 'Updated settings', name: 'Settings' })
})

it('tells what happened among the people of a workspace', () => {
  const told = (metadata: Record<string, unknown>, resourceName?: string) => {
    const event = { action: 'updated', resourceType: 'settings', resourceName, metadata } as const
    const { lead, name, tail } = eventWords(event)
    return [lead, name, tail].filter(Boolean).join(' ')
  }
  const cases: [Record<string, unknown>, string][] = [
    [{ kind: 'member', change: 'team_created' }, 'Created team Bee'],
    [{ kind: 'member', change: 'team_deleted' }, 'Deleted team Bee'],
    [{ kind: 'member', change: 'member_joined', after: 'editor' }, 'Joined as an editor'],
    [{ kind: 'member', change: 'member_left' }, 'Left'],
    [{ kind: 'member', change: 'member_removed' }, 'Removed member Bee'],
    [
      { kind: 'member', change: 'role_changed', before: 'viewer', after: 'admin' },
      'Changed the role of Bee from viewer to admin',
    ],
    [{ kind: 'member', change: 'ownership_transferred' }, 'Transferred ownership to Bee'],
    [{ kind: 'invite', change: 'invite_sent', role: 'viewer' }, 'Invited a viewer'],
    [{ kind: 'invite', change: 'invite_resent', role: 'admin' }, 'Sent the invite for an admin again'],
    [{ kind: 'invite', change: 'invite_cancelled', role: 'editor' }, 'Cancelled the invite for an editor'],
    [{ kind: 'invite', change: 'invite_expired', role: 'editor' }, 'The invite for an editor expired'],
    [{ kind: 'billing', change: 'enterprise_granted', seats: 5 }, 'Granted the Enterprise plan with 5 seats'],
    [{ kind: 'billing', change: 'signup_bonus', amountCents: 500 }, 'Earned $5.00 more sign-up credit'],
    [{ kind: 'member', change: 'something_newer' }, 'Updated settings Bee'],
  ]
  for (const [metadata, words] of cases) expect(told(metadata, 'Bee')).toBe(words)
  expect(
    told({ kind: 'billing', change: 'enterprise_granted', seats: 1, until: '2027-03-05T12:00:00Z' }),
  ).toBe('Granted the Enterprise plan with 1 seat until March 5, 2027')
})

it('tells what happened to a key', () => {
  const told = (action: 'created' | 'updated', metadata: Record<string, unknown>) =>
    eventWords({ action, resourceType: 'api_key', resourceName: 'Lab', metadata })
  expect(told('updated', { change: 'paused' })).toEqual({ lead: 'Paused API key', name: 'Lab' })
  expect(told('updated', { change: 'rotated' }).lead).toBe('Rotated API key')
  expect(told('updated', { change: 'something_newer' }).lead).toBe('Updated API key')
  expect(told('created', { replaces: 'ul_12345678' }).tail).toBe('in place of ul_12345678…')
})
