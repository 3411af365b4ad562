import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { hearActivity } from './hear-activity.ts'

class Line extends EventTarget {
  readyState = 0
  close() {
    this.readyState = 2
  }
  say(type: string) {
    this.dispatchEvent(new Event(type))
  }
  refuse() {
    this.readyState = 2
    this.say('error')
  }
}

class Page extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible'
  turn(state: DocumentVisibilityState) {
    this.visibilityState = state
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

const start = (visibility: DocumentVisibilityState = 'visible') => {
  const lines: Line[] = []
  const page = new Page()
  page.visibilityState = visibility
  const hear = vi.fn()
  const open = () => {
    const line = new Line()
    lines.push(line)
    return line
  }
  const stop = hearActivity('/api/activity/stream', hear, { open, page } as never)
  return { lines, page, hear, stop, newest: () => lines.at(-1) ?? new Line() }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('tells each time the server says that something is new, and nothing on opening', () => {
  const { hear, newest } = start()
  newest().say('open')
  newest().say('open')
  expect(hear).toHaveBeenCalledTimes(0)
  newest().say('activity')
  expect(hear).toHaveBeenCalledTimes(1)
})

it('asks once more after the line was down, for what may have come meanwhile', () => {
  const { hear, newest, lines } = start()
  newest().say('open')
  newest().say('error')
  newest().say('open')
  newest().say('open')
  expect([hear.mock.calls.length, lines.length]).toEqual([1, 1])
})

it('keeps no line while nobody sees the tab', () => {
  const { hear, newest, page, lines } = start()
  newest().say('open')
  page.turn('hidden')
  expect(newest().readyState).toBe(2)
  page.turn('visible')
  expect(lines).toHaveLength(2)
  newest().say('open')
  expect(hear).toHaveBeenCalledTimes(1)
})

it('asks once when a tab that was opened in the background is looked at', () => {
  const { hear, newest, page, lines } = start('hidden')
  expect(lines).toHaveLength(0)
  page.turn('visible')
  newest().say('open')
  newest().say('open')
  expect(hear).toHaveBeenCalledTimes(1)
})

it('asks a server that refuses later and later, and never after it was stopped', () => {
  const { lines, newest, stop } = start()
  newest().refuse()
  vi.advanceTimersByTime(3000)
  expect(lines).toHaveLength(1)
  vi.advanceTimersByTime(4000)
  expect(lines).toHaveLength(2)
  newest().refuse()
  vi.advanceTimersByTime(7000)
  expect(lines).toHaveLength(2)
  vi.advanceTimersByTime(6000)
  expect(lines).toHaveLength(3)
  newest().refuse()
  stop()
  vi.advanceTimersByTime(3600_000)
  expect(lines).toHaveLength(3)
})
