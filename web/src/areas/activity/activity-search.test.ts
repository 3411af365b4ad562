import { expect, it } from 'vitest'
import {
  feedQueryOf,
  filterQueryOf,
  isNarrowed,
  isNewest,
  neighboursOf,
  parseActivitySearch,
  placeInWords,
} from './activity-search.ts'

const now = new Date(2026, 2, 15, 14, 30)
const local = (...parts: [number, number, number]) => new Date(...parts).toISOString()

it('reads an address, and takes what makes no sense as left out', () => {
  expect(parseActivitySearch({})).toEqual({})
  const whole = { tab: 'archive', search: 'lab', type: 'training', range: 'week', page: 3, limit: 50 }
  expect(parseActivitySearch(whole)).toEqual(whole)
  const nonsense = { tab: 'x', search: '  ', type: 'all', range: 'month', from: '2026-13-99', to: 'soon' }
  expect(parseActivitySearch({ ...nonsense, page: -1, limit: 'x', after: 'abc' })).toEqual({})
  expect(parseActivitySearch({ page: 1, limit: 20 })).toEqual({})
  expect(parseActivitySearch({ search: 2026, page: '2' })).toEqual({ search: '2026', page: 2 })
})

it('never asks for a page beyond the first 10,000 rows', () => {
  expect(parseActivitySearch({ page: 9999 }).page).toBe(500)
  expect(parseActivitySearch({ page: 9999, limit: 500 })).toEqual({ page: 100, limit: 100 })
})

it('shows the last 30 days unless something else is asked for', () => {
  expect(feedQueryOf({}, now)).toEqual({ archived: 'false', start: local(2026, 1, 14), limit: 20, page: 1 })
  expect(feedQueryOf({ range: 'today' }, now).start).toBe(local(2026, 2, 15))
  expect(feedQueryOf({ range: 'week' }, now).start).toBe(local(2026, 2, 9))
  expect(feedQueryOf({ range: 'all' }, now)).not.toHaveProperty('start')
})

it('takes both days of a range of dates as whole days of the reader', () => {
  const { start, end } = filterQueryOf({ from: '2026-03-01', to: '2026-03-03', range: 'week' }, now)
  expect(start).toBe(local(2026, 2, 1))
  expect(Date.parse(end ?? '')).toBe(new Date(2026, 2, 4).getTime() - 1)
  expect(filterQueryOf({ to: '2026-03-03' }, now)).not.toHaveProperty('start')
})

it('exports what the filters choose, wherever in it the reader is', () => {
  expect(
    filterQueryOf({ tab: 'archive', search: ' lab ', type: 'system', page: 4, range: 'all' }, now),
  ).toEqual({ archived: 'true', search: 'lab', type: 'system' })
})

it('lets new events arrive on the first page of the plain inbox only', () => {
  expect(isNewest({})).toBe(true)
  expect(isNewest({ limit: 50 })).toBe(true)
  for (const search of [{ tab: 'archive' }, { page: 2 }, { type: 'system' }, { range: 'all' }] as const)
    expect(isNewest(search), JSON.stringify(search)).toBe(false)
  expect([isNarrowed({ tab: 'archive', page: 2 }), isNarrowed({ range: 'all' })]).toEqual([false, true])
})

it('finds the way to newer and older pages, by number and then by event', () => {
  expect(neighboursOf({ search: 'a' }, '77')).toEqual({ newer: undefined, older: { search: 'a', page: 2 } })
  expect(neighboursOf({ page: 2 }, undefined)).toEqual({ newer: {}, older: undefined })
  expect(neighboursOf({ page: 3 }, '5')).toEqual({ newer: { page: 2 }, older: { page: 4 } })
  expect(neighboursOf({ page: 500 }, '5').older).toEqual({ after: '5' })
  expect(neighboursOf({ after: '5', type: 'system' }, '4')).toEqual({
    newer: { type: 'system' },
    older: { type: 'system', after: '4' },
  })
})

it('says which rows are on screen', () => {
  expect(placeInWords({}, 20, { total: 312 })).toBe('1–20 of 312')
  expect(placeInWords({ page: 2 }, 5, { total: 25 })).toBe('21–25 of 25')
  expect(placeInWords({ page: 3 }, 20, { total: 10_000, totalIsMore: true })).toBe(
    '41–60 of more than 10,000',
  )
  expect(placeInWords({ after: '9' }, 20, { total: 30 })).toBeUndefined()
})
