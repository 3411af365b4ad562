import { expect, test } from 'vitest'
import { classesOf, classLines } from './class-lines.ts'

test('each line is a class, and its place the number', () => {
  expect(classesOf('cat\r\n dog \nbird\n\n')).toEqual(['cat', 'dog', 'bird'])
  expect(classesOf(classLines(['cat', 'two words']))).toEqual(['cat', 'two words'])
  expect(classesOf(' \n')).toEqual([])
})

test('a name that is missing in between does not move the numbers behind it', () => {
  expect(classesOf('cat\n\nbird')).toEqual(['cat', '', 'bird'])
})
