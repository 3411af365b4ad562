import { expect, test } from 'vitest'
import { receiptSentence, slowestSentence } from './receipt.ts'

const effectiveAt = '2026-03-02T09:00:00.000Z'

test('a receipt tells how many servers confirmed, and how soon', () => {
  const say = (nodes: number, silentNodes: number, tookMs: number) =>
    receiptSentence({ effectiveAt, nodes, silentNodes, tookMs })
  expect(say(3, 0, 7.6)).toBe('All 3 servers confirmed it within 8 ms.')
  expect(say(1, 0, 0.2)).toBe('In force within 1 ms.')
  expect(say(2, 1, 1204)).toBe(
    '2 servers confirmed it within 1.2 s; 1 server said nothing and will ask before trusting anything.',
  )
})

test('the slowest of the last days is told once something was revoked', () => {
  expect(slowestSentence({ days: 30, count: 0 })).toBeUndefined()
  expect(slowestSentence({ days: 30, count: 1, slowestMs: 4 })).toContain('the one time took 4 ms')
  expect(slowestSentence({ days: 30, count: 1200, slowestMs: 950 })).toContain(
    'the slowest of 1,200 times took 950 ms',
  )
})
