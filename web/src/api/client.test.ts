import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listActivity } from '#contract/activity.ts'
import { createApiKey, revokeApiKey } from '#contract/api-keys.ts'
import { changeRole, listMembers } from '#contract/members.ts'
import { setIcon } from '#contract/profiles.ts'
import { listTeams, switchWorkspace } from '#contract/teams.ts'
import { actIn, addressOf, call } from './client.ts'

const asked: string[] = []

beforeEach(() => {
  asked.length = 0
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address)
    return new Response(JSON.stringify({ error: 'No', code: 'X', reason: 'internal', requestId: 'r' }), {
      status: 500,
    })
  })
})

afterEach(() => {
  actIn(null)
  vi.unstubAllGlobals()
})

const ask = (asking: Promise<unknown>) => asking.catch(() => undefined)

test('a call names the workspace this tab shows, wherever an owner can be named', async () => {
  actIn('acme')
  await ask(call(listMembers))
  await ask(call(listActivity, { query: { limit: 5 } }))
  await ask(call(changeRole, { params: { userId: 'user_1' }, body: { role: 'viewer' } }))
  await ask(call(revokeApiKey, { query: { keyId: 'k' } }))
  await ask(call(createApiKey, { body: {} }))
  expect(asked).toEqual([
    '/api/members?owner=acme',
    '/api/activity?limit=5&owner=acme',
    '/api/members/user_1?owner=acme',
    '/api/api-keys?keyId=k&owner=acme',
    '/api/api-keys?owner=acme',
  ])
  expect(addressOf(setIcon)).toBe('/api/settings/icon?owner=acme')
})

test('who names an owner gets that one, and what is about the person names none', async () => {
  actIn('acme')
  await ask(call(listMembers, { query: { owner: 'ada-home' } }))
  await ask(call(listTeams))
  await ask(call(switchWorkspace, { body: { username: 'ada-home' } }))
  expect(asked).toEqual(['/api/members?owner=ada-home', '/api/teams', '/api/auth/workspace'])
})

test('while nobody is known to be signed in no owner is named', async () => {
  actIn('acme')
  actIn(null)
  await ask(call(listMembers))
  expect(asked).toEqual(['/api/members'])
})

const broken = () =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{'))
    },
    pull(controller) {
      controller.error(new TypeError('network error'))
    },
  })

test('an answer that breaks off, or that the page gives up, is none, and not one that was not understood', async () => {
  const complain = vi.spyOn(console, 'error').mockReturnValue()
  vi.stubGlobal('fetch', async () => new Response(broken()))
  await expect(call(listActivity)).rejects.toMatchObject({ reason: 'no_answer' })
  const givenUp = new DOMException('given up', 'AbortError')
  vi.stubGlobal('fetch', async () => ({ ok: true, json: async () => Promise.reject(givenUp) }))
  await expect(call(listActivity)).rejects.toBe(givenUp)
  expect(complain).toHaveBeenCalledTimes(0)
  vi.stubGlobal('fetch', async () => new Response('<html>'))
  await expect(call(listActivity)).rejects.toMatchObject({ reason: 'unexpected_reply' })
  expect(complain).toHaveBeenCalledTimes(1)
})
