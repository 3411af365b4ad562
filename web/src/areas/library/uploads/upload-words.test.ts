import { expect, test } from 'vitest'
import { listed, percentOf, problemWithFile, progressText } from './upload-words.ts'

const view = { filename: 'a.pt', totalBytes: 400, sentBytes: 100 } as const

test('progress is told with speed and time left while it moves, and without while it does not', () => {
  expect(progressText({ ...view, phase: 'sending', bytesPerSecond: 100 })).toBe(
    '100 B of 400 B · 100 B/s · about 3 s left',
  )
  expect(progressText({ ...view, phase: 'sending' })).toBe('100 B of 400 B')
  expect(progressText({ ...view, phase: 'waiting', bytesPerSecond: 1 })).toBe('100 B of 400 B')
  expect(progressText({ ...view, phase: 'paused' })).toBe('Paused at 100 B of 400 B')
  expect(percentOf(view)).toBe(25)
  expect(percentOf({ sentBytes: 999, totalBytes: 1000 })).toBe(99)
})

test('a file of another kind, or without anything in it, is turned away in words', () => {
  expect(problemWithFile({ name: 'Best.PT', size: 1 }, ['.pt'])).toBeUndefined()
  expect(problemWithFile({ name: 'best.onnx', size: 1 }, ['.pt'])).toBe('Choose a file that ends in .pt.')
  expect(problemWithFile({ name: 'set.tar.gz', size: 1 }, ['.zip', '.tar.gz'])).toBeUndefined()
  expect(problemWithFile({ name: 'best.pt', size: 0 }, ['.pt'])).toBe('This file is empty.')
  expect(listed(['.zip', '.tar', '.tgz'])).toBe('.zip, .tar or .tgz')
})
