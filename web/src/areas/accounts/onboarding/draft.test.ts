import { afterEach, expect, test, vi } from 'vitest'
import { keptDraft } from './draft.ts'

const holding = (text: string | null) => vi.stubGlobal('sessionStorage', { getItem: () => text })
afterEach(() => vi.unstubAllGlobals())

test('a reload finds what was entered for the same sign-up', () => {
  holding(JSON.stringify({ email: 'ann@example.com', step: 2, displayName: 'Ann' }))
  expect(keptDraft('ann@example.com')).toMatchObject({ step: 2, displayName: 'Ann', company: '' })
})

test('the draft of somebody else, or of nobody known, is not resumed', () => {
  holding(JSON.stringify({ email: 'ann@example.com', step: 2, displayName: 'Ann' }))
  expect(keptDraft('bee@example.com')).toMatchObject({ email: 'bee@example.com', step: 0, displayName: '' })
  holding(JSON.stringify({ step: 2, displayName: 'Ann' }))
  expect(keptDraft('bee@example.com')).toMatchObject({ step: 0, displayName: '' })
})

test.each([null, 'not json', 'null'])('%j in its place is a blank draft', (text) => {
  holding(text)
  expect(keptDraft('bee@example.com')).toMatchObject({ email: 'bee@example.com', step: 0 })
})
