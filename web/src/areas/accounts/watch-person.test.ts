import { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import * as client from '../../api/client.ts'
import { secret } from '../../api/query-client.ts'
import { forgetPerson, type Me, meQuery } from './queries.ts'
import { lookAgain } from './watch-person.ts'

const me = (id: string) => ({ user: { id }, workspace: { id: `home of ${id}` } }) as unknown as Me

/** A tab that knows Ann, and a server that answers with `now`. */
const aTab = (now: Me | Error) => {
  const queries = new QueryClient()
  queries.setQueryData(meQuery().queryKey, me('ann'))
  queries.setQueryData(['settings'], 'what Ann says of herself')
  vi.spyOn(client, 'call').mockImplementation(async () => {
    if (now instanceof Error) throw now
    return now as never
  })
  return { queries, onOther: vi.fn() }
}

afterEach(() => vi.restoreAllMocks())

test('somebody else is signed in: what the tab knew of the person before is gone', async () => {
  const { queries, onOther } = aTab(me('bee'))
  await lookAgain(queries, onOther)
  expect(onOther).toHaveBeenCalledTimes(1)
  expect(queries.getQueryData(['settings'])).toBeUndefined()
  expect(queries.getQueryData(meQuery().queryKey)?.user.id).toBe('bee')
})

test('the same person acts in another workspace: what the tab knew of the one before is gone', async () => {
  const { queries, onOther } = aTab({ ...me('ann'), workspace: { id: 'team' } } as unknown as Me)
  await lookAgain(queries, onOther)
  expect(onOther).toHaveBeenCalledTimes(1)
  expect(queries.getQueryData(['settings'])).toBeUndefined()
})

test('the same person with another role in the same workspace: the page is told, and nothing is forgotten', async () => {
  const now = me('ann')
  const { queries, onOther } = aTab({ ...now, workspace: { ...now.workspace, role: 'viewer' } })
  await lookAgain(queries, onOther)
  expect(onOther).toHaveBeenCalledTimes(1)
  expect(queries.getQueryData(['settings'])).toBe('what Ann says of herself')
  expect(queries.getQueryState(['settings'])?.isInvalidated).toBe(true)
})

test('nobody is signed in any more', async () => {
  const gone = new client.ApiError(401, { error: 'Sign in', reason: 'authentication_required' })
  const { queries, onOther } = aTab(gone)
  await lookAgain(queries, onOther)
  expect(onOther).toHaveBeenCalledTimes(1)
  expect(queries.getQueryData(meQuery().queryKey)).toBeNull()
})

test.each([me('ann'), new client.ApiError(0, { error: 'No answer', reason: 'no_answer' })])(
  'the same person, or no answer, changes nothing',
  async (now) => {
    const { queries, onOther } = aTab(now)
    await lookAgain(queries, onOther)
    expect(onOther).not.toHaveBeenCalled()
    expect(queries.getQueryData(['settings'])).toBe('what Ann says of herself')
  },
)

test('what finished changes brought is forgotten with the person', async () => {
  const queries = new QueryClient()
  const mutations = queries.getMutationCache()
  await mutations.build(queries, { mutationFn: async () => 'a recovery code' }).execute(undefined)
  const waiting = mutations.build(queries, { ...secret, mutationFn: () => new Promise(() => {}) })
  void waiting.execute(undefined)
  forgetPerson(queries)
  expect(mutations.getAll()).toEqual([waiting])
})
