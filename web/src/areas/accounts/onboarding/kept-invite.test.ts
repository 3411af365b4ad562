import { beforeEach, expect, test, vi } from 'vitest'
import { inviteTokenIn, keepInvite, keptInvite, takeInvite } from './kept-invite.ts'

const origin = 'https://gate.example'
let kept: Map<string, string>

beforeEach(() => {
  kept = new Map()
  vi.stubGlobal('location', { origin })
  vi.stubGlobal('localStorage', {
    getItem: (place: string) => kept.get(place) ?? null,
    setItem: (place: string, text: string) => kept.set(place, text),
    removeItem: (place: string) => kept.delete(place),
  })
  return () => vi.unstubAllGlobals()
})

test.each([
  ['/invite?token=abc_-1', 'abc_-1'],
  ['/invite?token=', undefined],
  ['/invite', undefined],
  ['/settings?token=abc', undefined],
  ['https://evil.example/invite?token=abc', undefined],
  ['//evil.example/invite?token=abc', undefined],
  [undefined, undefined],
])('%s is an invite with the token %s', (next, token) => {
  expect(inviteTokenIn(next, origin)).toBe(token)
})

test('an invite is found again until it has led back', () => {
  keepInvite('/invite?token=abc', 0)
  expect(keptInvite(1000)).toBe('/invite?token=abc')
  expect(takeInvite(1000)).toBe('/invite?token=abc')
  expect(keptInvite(1000)).toBeUndefined()
})

test('after two hours nothing of it is left', () => {
  keepInvite('/invite?token=abc', 0)
  expect(keptInvite(2 * 3600 * 1000 - 1)).toBe('/invite?token=abc')
  expect(keptInvite(2 * 3600 * 1000)).toBeUndefined()
  expect(kept.size).toBe(0)
})

test('another page is not kept', () => {
  keepInvite('/settings?tab=teams', 0)
  expect(kept.size).toBe(0)
})

test.each(['not json', 'null', '{"token":7,"until":9e15}', '{"token":"abc"}'])(
  '%s in its place is no invite',
  (text) => {
    kept.set('gatehouse.invite', text)
    expect(keptInvite(0)).toBeUndefined()
    expect(kept.size).toBe(0)
  },
)
