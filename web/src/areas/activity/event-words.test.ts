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
