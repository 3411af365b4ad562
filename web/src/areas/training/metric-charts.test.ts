import { describe, expect, it } from 'vitest'
import { chartsOf, numbersOf } from './metric-charts.ts'

describe('numbersOf', () => {
  it('keeps numbers and gaps, flattens what is nested, drops the rest', () => {
    expect(numbersOf({ a: 1, b: null, c: Number.NaN, d: 'x', lr: { pg0: 0.01 }, e: [1] })).toEqual({
      a: 1,
      b: null,
      c: null,
      'lr/pg0': 0.01,
    })
  })
})

describe('chartsOf', () => {
  it('puts a loss of training and validation into one chart', () => {
    expect(chartsOf(['val/box_loss', 'train/box_loss'])).toEqual([
      {
        title: 'Box loss',
        series: [
          { key: 'train/box_loss', label: 'Training' },
          { key: 'val/box_loss', label: 'Validation' },
        ],
      },
    ])
  })

  it('shows quality before losses before learning rate', () => {
    const titles = chartsOf([
      'lr/pg0',
      'train/cls_loss',
      'metrics/mAP50(B)',
      'metrics/mAP50(M)',
      'lr/pg1',
    ]).map(({ title }) => title)
    expect(titles).toEqual(['Box quality', 'Mask quality', 'Class loss', 'Learning rate'])
  })

  it('knows accuracy and a single learning rate', () => {
    expect(chartsOf(['metrics/accuracy_top1', 'metrics/accuracy_top5', 'lr'])).toEqual([
      {
        title: 'Accuracy',
        series: [
          { key: 'metrics/accuracy_top1', label: 'Top 1' },
          { key: 'metrics/accuracy_top5', label: 'Top 5' },
        ],
      },
      { title: 'Learning rate', series: [{ key: 'lr', label: 'Rate' }] },
    ])
  })

  it('finds a place for names it has never seen', () => {
    expect(chartsOf(['gpu/memory', 'speed']).map(({ title }) => title)).toEqual(['Gpu', 'Other'])
  })
})
