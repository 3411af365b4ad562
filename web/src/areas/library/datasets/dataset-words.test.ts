import { expect, test } from 'vitest'
import { outcomeWords, percentOfJob, progressWords, standing } from './dataset-words.ts'
import type { DatasetJob } from './queries.ts'

const job = (change: Partial<DatasetJob>): DatasetJob => ({
  jobId: 'j',
  kind: 'ingest',
  status: 'running',
  processed: 0,
  skipped: 0,
  report: {},
  createdAt: '2026-01-01T00:00:00Z',
  ...change,
})

test('a job says how far it is as well as it knows', () => {
  expect(progressWords(job({ status: 'queued' }))).toBe('It waits for its turn.')
  expect(progressWords(job({}))).toBe('Looking through the file…')
  expect(progressWords(job({ processed: 1 }))).toBe('1 image')
  expect(progressWords(job({ processed: 1204, total: 2000 }))).toBe('1,204 of 2,000 images')
  expect(percentOfJob(job({ processed: 5 }))).toBeUndefined()
  expect(percentOfJob(job({ processed: 1, total: 3 }))).toBe(33)
  expect(percentOfJob(job({ processed: 4, total: 3 }))).toBe(100)
})

test('a job that has ended says what it took in and what it left out', () => {
  expect(outcomeWords(job({ processed: 12 }))).toBe('12 images were taken in.')
  expect(outcomeWords(job({ processed: 1503, skipped: 1502 }))).toBe('1 image was taken in, 1,502 left out.')
  expect(outcomeWords(job({ kind: 'clone', processed: 2 }))).toBe('2 images were copied.')
})

test('a dataset without images is empty, whatever else it is ready for', () => {
  expect(standing({ status: 'ready', imageCount: 0 })).toBe('empty')
  expect(standing({ status: 'processing', imageCount: 0 })).toBe('processing')
})
