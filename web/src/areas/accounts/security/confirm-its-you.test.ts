import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../../../api/client.ts'
import { confirmed, subscribe, waitingQuestion } from './confirm-its-you.ts'

const needsProof = () =>
  new ApiError(403, { error: 'Confirm that it is you to go on', reason: 'reauthentication_required' })

/** Refused until `proved` is called. */
const guarded = () => {
  let isRecent = false
  const act = vi.fn(async (value: string) => {
    if (!isRecent) throw needsProof()
    return `done ${value}`
  })
  return { act, proved: () => (isRecent = true) }
}

const asked = () =>
  new Promise<void>((done) => {
    const stop = subscribe(() => {
      stop()
      done()
    })
  })

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', { activeElement: {} })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('what was asked for is done once the person has confirmed who they are', async () => {
  const { act, proved } = guarded()
  const question = asked()
  const outcome = confirmed(act)('a')
  await question
  proved()
  waitingQuestion()?.answer(true)
  expect(await outcome).toBe('done a')
  expect(act.mock.calls).toEqual([['a'], ['a']])
  expect(waitingQuestion()).toBeUndefined()
})

test('somebody who would rather not gets the refusal, and nothing is repeated', async () => {
  const { act } = guarded()
  const question = asked()
  const outcome = confirmed(act)('a').catch((error: unknown) => error)
  await question
  waitingQuestion()?.answer(false)
  expect(await outcome).toMatchObject({ reason: 'reauthentication_required' })
  expect(act).toHaveBeenCalledTimes(1)
})

test('one answer serves everything that asked meanwhile', async () => {
  const { act, proved } = guarded()
  const question = asked()
  const outcomes = Promise.all([confirmed(act)('a'), confirmed(act)('b')])
  await question
  proved()
  waitingQuestion()?.answer(true)
  expect(await outcomes).toEqual(['done a', 'done b'])
})

test('another refusal asks nobody anything', async () => {
  const act = async () => {
    throw new ApiError(409, { error: 'No', reason: 'last_sign_in_method' })
  }
  await expect(confirmed(act)()).rejects.toMatchObject({ reason: 'last_sign_in_method' })
  expect(waitingQuestion()).toBeUndefined()
})
