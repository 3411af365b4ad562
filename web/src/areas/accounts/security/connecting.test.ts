import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connectingAt, keepConnecting, takeConnecting, withoutProblem } from './connecting.ts'

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
})
afterEach(() => vi.unstubAllGlobals())

test('after confirming somebody comes back to the page without its old problem', () => {
  const search = '?tab=profile&connecting=github&problem=reauthentication_required'
  expect(withoutProblem('/settings', search)).toBe('/settings?tab=profile&connecting=github')
  expect(withoutProblem('/settings', '?problem=provider_denied')).toBe('/settings')
})

test('only a provider we know is about to be connected', () => {
  expect(connectingAt('?connecting=github')).toBe('github')
  expect(connectingAt('?connecting=elsewhere')).toBeUndefined()
  expect(connectingAt('')).toBeUndefined()
})

test('what was about to be connected goes on once', () => {
  keepConnecting('github')
  expect(takeConnecting()).toBe('github')
  expect(takeConnecting()).toBeNull()
})
