import { expect, it } from 'vitest'
import { readPlot } from './curves.ts'

it('reads one curve', () => {
  expect(readPlot({ type: 'f1_curve', x: [0, 1], y: [0.2, null] }, [])).toEqual({
    kind: 'curves',
    title: 'F1 over confidence',
    x: [0, 1],
    curves: [{ label: 'All classes', y: [0.2, null] }],
  })
})

it('reads a curve for each class and tells namesakes apart', () => {
  const plot = readPlot(
    {
      type: 'pr_curve',
      x: [0, 1],
      y: [
        [1, 0],
        [1, 0.5],
      ],
      ap: [0.4, 0.6],
    },
    ['cat', 'cat'],
  )
  expect(plot?.kind === 'curves' && plot.curves.map(({ label }) => label)).toEqual(['cat', 'cat (2)'])
})

it('reads a matrix', () => {
  expect(
    readPlot(
      {
        type: 'confusion_matrix',
        matrix: [
          [1, 2],
          [3, null],
        ],
      },
      ['a', 'b'],
    ),
  ).toEqual({
    kind: 'matrix',
    title: 'Confusion matrix',
    rows: [
      [1, 2],
      [3, 0],
    ],
    names: ['a', 'b'],
  })
})

it.each([null, 'text', 7, {}, { type: 'x' }, { x: 'a', y: 'b' }, { x: [1], y: { a: 1 } }])(
  'leaves %j alone',
  (raw) => {
    expect(readPlot(raw, [])).toBeUndefined()
  },
)
