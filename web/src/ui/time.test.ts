import { describe, expect, it } from 'vitest'
import { dayHeading, duration, relativeTime } from './time.ts'

const now = new Date(2026, 2, 10, 14, 30)
const ago = (ms: number) => new Date(now.getTime() - ms)
const minute = 60_000

describe('relativeTime', () => {
  it('says "just now" for the last minute, and for a clock that runs ahead', () => {
    expect(relativeTime(ago(20_000), now)).toBe('just now')
    expect(relativeTime(ago(-5_000), now)).toBe('just now')
  })

  it('counts minutes within the hour', () => {
    expect(relativeTime(ago(4 * minute), now)).toBe('4 minutes ago')
  })

  it('names the time of day for today and yesterday', () => {
    expect(relativeTime(new Date(2026, 2, 10, 9, 5), now)).toBe('Today at 9:05 AM')
    expect(relativeTime(new Date(2026, 2, 9, 23, 59), now)).toBe('Yesterday at 11:59 PM')
  })

  it('counts calendar days, then gives the date', () => {
    expect(relativeTime(new Date(2026, 2, 7, 23, 0), now)).toBe('3 days ago')
    expect(relativeTime(new Date(2025, 10, 2), now)).toBe('November 2, 2025')
  })
})

describe('dayHeading', () => {
  it('changes at midnight, not after 24 hours', () => {
    expect(dayHeading(new Date(2026, 2, 10, 0, 1), now)).toBe('Today')
    expect(dayHeading(new Date(2026, 2, 9, 23, 59), now)).toBe('Yesterday')
    expect(dayHeading(new Date(2026, 2, 8, 23, 59), now)).toBe('March 8, 2026')
  })
})

describe('duration', () => {
  it('gives the two largest units', () => {
    expect(duration(45_000)).toBe('45 s')
    expect(duration(200_000)).toBe('3 min 20 s')
    expect(duration(125 * minute)).toBe('2 h 5 min')
    expect(duration(120 * minute)).toBe('2 h')
  })
})
