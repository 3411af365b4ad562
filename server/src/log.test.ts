import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { describeFault, gatherLines, makeLog } from './log.ts'

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

/** A file to log to, and what the log in it says. */
const aFile = () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-log-'))
  const path = join(folder, 'log')
  // Never closed: a log goes on looking for something to write, and the number would soon be another file's.
  const fd = openSync(path, 'a')
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const lines = () => readFileSync(path, 'utf8').split('\n')
  const isOurs = (line: string) => line.startsWith('{"level"')
  return {
    fd,
    written: (): string[] => lines().flatMap((line) => (isOurs(line) ? [JSON.parse(line).msg] : [])),
  }
}

const aGatheredLog = () => {
  const { fd, written } = aFile()
  return { log: makeLog('info', gatherLines(fd)), written }
}

test('lines of requests are written together, a fraction of a second later', async () => {
  const { log, written } = aGatheredLog()
  log.info('one')
  log.info('two')
  expect(written()).toEqual([])
  await pause(400)
  expect(written()).toEqual(['one', 'two'])
})

test('many lines are written before that', () => {
  const { log, written } = aGatheredLog()
  for (let n = 0; n < 200; n++) log.info(`line ${n}`)
  expect(written().length).toBeGreaterThan(100)
})

test('a warning is written at once, after what came before it', () => {
  const { log, written } = aGatheredLog()
  log.info('one')
  log.warn('two')
  expect(written()).toEqual(['one', 'two'])
  log.info('three')
  log.error('four')
  expect(written()).toEqual(['one', 'two', 'three', 'four'])
})

test.each([
  ['exits', 'process.exit(0)'],
  ['dies of an exception', "throw new Error('secret')"],
  ['has nothing left to do', ''],
])('a process that %s has written every line', async (_how, end) => {
  const url = JSON.stringify(new URL('log.ts', import.meta.url).href)
  const program = `const { makeLog } = await import(${url}); makeLog('info').info('the last line'); ${end}`
  const { fd, written } = aFile()
  const args = ['--input-type=module', '--eval', program]
  await once(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', fd] }), 'close')
  expect(written()).toEqual(['the last line'])
})
