import { expect, test } from 'vitest'
import { modelFacts } from './model-facts.ts'

test('a model is told in a few words, and what was not measured is left out', () => {
  expect(modelFacts({ parameters: 2_600_000, gflops: 6.12, speedMs: 1 })).toEqual([
    '2.6M parameters',
    '6.1 GFLOPs',
  ])
  expect(modelFacts({ parameters: null })).toEqual([])
})
