import { expect, it } from 'vitest'
import {
  type Action,
  type ActivityEvent,
  actions,
  type ResourceType,
  resourceTypes,
} from '#contract/activity.ts'
import { lookOf } from './event-icon.tsx'
import { eventWords, sentenceOfEvent } from './event-words.ts'

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

it('has words and an icon for every pair of the vocabulary', () => {
  for (const resourceType of resourceTypes) {
    for (const action of actions) {
      expect(eventWords({ action, resourceType }).lead).toMatch(/^[A-Z][\w ]+\w$/)
      const { icon, color } = lookOf({ action, resourceType })
      expect([icon, color], `${resourceType}/${action}`).toEqual([expect.anything(), expect.any(String)])
    }
  }
})

it('gives each type the colour that the specification has for it, and a training that of its end', () => {
  const colorOf = (resourceType: ResourceType, action: Action) => lookOf({ resourceType, action }).color
  const colors = resourceTypes.map((type) => [type, colorOf(type, 'created')])
  expect(Object.fromEntries(colors)).toEqual({
    project: 'blue',
    dataset: 'green',
    model: 'grape',
    training: 'blue',
    settings: 'gray',
    api_key: 'yellow',
    export: 'yellow',
    deployment: 'blue',
    onboarding: 'green',
  })
  const ends = (['started', 'completed', 'failed', 'cancelled'] as const).map((end) =>
    colorOf('training', end),
  )
  expect(ends).toEqual(['blue', 'green', 'red', 'gray'])
})

it('tells what happened to projects, datasets and models', () => {
  const told = (event: Partial<ActivityEvent> & Pick<ActivityEvent, 'action' | 'resourceType'>) =>
    sentenceOfEvent({ resourceName: 'harbor', ...event })
  const fields = (before: string, after: string) => ({ before: { name: before }, after: { name: after } })
  const cases: [string, Parameters<typeof told>[0]][] = [
    ['Made project harbor public', { action: 'shared', resourceType: 'project' }],
    ['Made project harbor private', { action: 'unshared', resourceType: 'project' }],
    ['Restored dataset harbor from the trash', { action: 'restored', resourceType: 'dataset' }],
    ['Export failed harbor', { action: 'failed', resourceType: 'export' }],
    [
      'Renamed project quay to harbor',
      { action: 'updated', resourceType: 'project', metadata: fields('quay', 'harbor') },
    ],
    [
      'Moved project harbor with 3 models to the trash',
      { action: 'trashed', resourceType: 'project', metadata: { cascadedModels: 3 } },
    ],
    ['Moved model harbor to the trash', { action: 'trashed', resourceType: 'model' }],
    [
      'Deleted model harbor after 30 days in the trash',
      { action: 'deleted', resourceType: 'model', metadata: { reason: 'expired' } },
    ],
    [
      'Cloned project harbor from ada/quay',
      { action: 'cloned', resourceType: 'project', metadata: { from: 'ada/quay' } },
    ],
    [
      'Uploaded best.pt to model harbor',
      { action: 'uploaded', resourceType: 'model', metadata: { file: 'best.pt' } },
    ],
    [
      'Created model harbor in quay',
      { action: 'created', resourceType: 'model', metadata: { project: 'quay' } },
    ],
    [
      'Removed the picture of project harbor',
      { action: 'updated', resourceType: 'project', metadata: { kind: 'icon', icon: 'removed' } },
    ],
    [
      'Changed the picture',
      { action: 'updated', resourceType: 'settings', metadata: { kind: 'icon', icon: 'set' } },
    ],
    [
      'Emptied the trash',
      { action: 'deleted', resourceType: 'settings', metadata: { kind: 'trash', change: 'trash_emptied' } },
    ],
  ]
  for (const [sentence, event] of cases) expect(told(event)).toBe(sentence)
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
  expect(told({ kind: 'preferences' })).toEqual({ lead: 'Changed the preferences' })
  expect(told({ kind: 'something_newer' })).toEqual({ lead: 'Updated settings', name: 'Settings' })
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
