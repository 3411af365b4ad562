import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { describeFault, makeLog } from './log.ts'

test('a fault is told by its kind, its code and where it happened', () => {
  const fault = Object.assign(new TypeError('secret'), { code: '23505', constraint: 'profiles_username_key' })
  expect(describeFault(fault)).toMatchObject({
    type: 'TypeError',
    code: '23505',
    constraint: 'profiles_username_key',
    frames: expect.arrayContaining([expect.stringContaining('log.test.ts')]),
  })
})

test('no message gets into the log, however it is written, nor that of a cause', () => {
  const messages = [
    'secret',
    'first line\n    at secret (somewhere)',
    '\n at secret\nsecret',
    'Error: x\n  at secret',
  ]
  for (const message of messages) {
    const fault = new Error(message, { cause: new RangeError(message) })
    expect(JSON.stringify(describeFault(fault))).not.toContain('secret')
    expect(describeFault(fault)).toMatchObject({ cause: { type: 'RangeError' } })
  }
})

test('what was thrown and is no error is told by its type alone', () => {
  expect(describeFault('secret')).toEqual({ type: 'string' })
  expect(describeFault({ password: 'secret' })).toEqual({ type: 'object' })
})

test('a log line is one line of JSON with its time in UTC', async () => {
  const sink = new PassThrough()
  makeLog('info', sink).warn({ fault: new Error('secret') }, 'job failed')
  sink.end()
  const line = await text(sink)
  expect(line.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(line)).toMatchObject({ msg: 'job failed', time: expect.stringMatching(/Z$/) })
  expect(line).not.toContain('secret')
})
