import fc from 'fast-check'
import { expect, it } from 'vitest'
import { changeLine, type Side } from './change-lines.ts'

const read = ({ head, changed, tail }: Side) => `${head}${changed && `[${changed}]`}${tail}`
const joined = ({ head, changed, tail }: Side) => head + changed + tail

it('marks the words that changed, and leaves those that did not', () => {
  const line = changeLine({ field: 'description', before: 'a net of cats', after: 'a net of dogs' })
  expect([line.label, read(line.before), read(line.after), line.isFolded]).toEqual([
    'Description',
    'a net of [cats]',
    'a net of [dogs]',
    false,
  ])
})

it('finds what was put in between, or taken out', () => {
  const told = (before: string, after: string) => {
    const line = changeLine({ field: 'x', before, after })
    return [read(line.before), read(line.after)]
  }
  expect(told('Ships. Cranes.', 'Ships. Tugs. Cranes.')).toEqual(['Ships. Cranes.', 'Ships. [Tugs. ]Cranes.'])
  expect(told('one two', 'one')).toEqual(['one[ two]', 'one'])
})

it('says in words what was nothing, on, private or a list', () => {
  const told = (before: unknown, after: unknown) => {
    const line = changeLine({ field: 'x', before, after })
    return [read(line.before), read(line.after)]
  }
  expect(told(null, true)).toEqual(['', '[On]'])
  expect(told('private', 'public')).toEqual(['[Private]', '[Public]'])
  expect(told(['a'], ['a', 'b'])).toEqual(['[a]', '[a, b]'])
  expect(told(3, 4)).toEqual(['[3]', '[4]'])
  expect(told({}, { a: 1 })[1]).toContain('"a": 1')
})

it('names a field as people would', () => {
  const label = (field: string) => changeLine({ field }).label
  expect([label('slug'), label('displayName'), label('github'), label('run_mails')]).toEqual([
    'Page address',
    'Display name',
    'GitHub',
    'Run mails',
  ])
})

it('folds a long text around what changed, until somebody wants the whole', () => {
  const long = 'word '.repeat(100)
  const change = { field: 'description', before: `${long}old ${long}`, after: `${long}new ${long}` }
  const line = changeLine(change)
  expect(line.isFolded).toBe(true)
  expect(read(line.after)).toMatch(/^….{40}\[new\].{40}…$/)
  expect(read(changeLine(change, { whole: true }).after)).toHaveLength(long.length * 2 + 'new '.length + 2)
})

it('shows both texts whole, whatever they are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é'), minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(text, text, (before, after) => {
      const line = changeLine({ field: 'x', before, after }, { whole: true })
      expect([joined(line.before), joined(line.after)]).toEqual([before, after])
    }),
  )
})
