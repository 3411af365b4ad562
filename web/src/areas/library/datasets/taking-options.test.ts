import { expect, test } from 'vitest'
import { emptyTaking, optionsOf } from './taking-options.ts'

test('what is usual stays unsaid', () => {
  expect(optionsOf(emptyTaking)).toEqual({})
})

test('what was chosen is sent, a class without a new name as one to leave out, blank lines not at all', () => {
  expect(
    optionsOf({
      targetSplit: 'val',
      conflictPolicy: 'keep_both',
      mapping: [
        { from: ' auto ', to: 'car ' },
        { from: '7', to: '' },
        { from: '  ', to: 'nothing' },
      ],
    }),
  ).toEqual({ targetSplit: 'val', conflictPolicy: 'keep_both', classMapping: { auto: 'car', 7: '' } })
})
