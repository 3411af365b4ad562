import { expect, it } from 'vitest'
import type { ActivityEvent } from '#contract/activity.ts'
import { factsOf } from './event-facts.ts'

const event: ActivityEvent = {
  _id: '69a5519087aa402d22f01856',
  userId: 'user_1',
  userEmail: 'ada@example.com',
  userName: 'Ada',
  action: 'uploaded',
  resourceType: 'model',
  timestamp: '2026-03-02T09:05:00.000Z',
  seen: true,
  archived: false,
}

const told = (more: Partial<ActivityEvent>) =>
  Object.fromEntries(factsOf({ ...event, ...more }).map(({ label, value }) => [label, value]))

it('tells who, when and which event, and nothing of what it was not told', () => {
  expect(Object.keys(told({}))).toEqual(['When', 'Who', 'Event'])
  expect(told({ userEmail: '' }).Who).toBe('Ada')
})

it('tells from where and with what program, for those who may know', () => {
  expect(told({ address: '192.0.2.7', client: 'Firefox on Linux' })).toMatchObject({
    'IP address': '192.0.2.7',
    Program: 'Firefox on Linux',
  })
})

it('names the key by which it was done, and says when that key is gone', () => {
  const key = { id: 'k1', prefix: 'ul_12345678' }
  expect(told({ key: { ...key, name: 'Lab' } })['With API key']).toBe('Lab (ul_12345678…)')
  expect(told({ key })['With API key']).toBe('ul_12345678…, which is gone')
})

it('tells of a file its name and size', () => {
  expect(told({ metadata: { file: 'best.pt', sizeBytes: 500 } })).toMatchObject({
    File: 'best.pt',
    Size: '500 B',
  })
})
