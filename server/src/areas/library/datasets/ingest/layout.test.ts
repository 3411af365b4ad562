import { expect, test } from 'vitest'
import { fileNameOf, imageNameOf } from './layout.ts'
import { limits } from './limits.ts'

test('names of files are bounded in bytes, whatever their alphabet', () => {
  for (const letter of ['x', 'й', '猫', '🐈']) {
    const name = fileNameOf([`${letter.repeat(300)}.jpg`])
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(limits.fileNameMax)
    expect(name.endsWith(`${letter}.jpg`)).toBe(true)
  }
  expect(fileNameOf(['..', 'a\u0000b.png'])).toBe('_-a_b.png')
})

test('what has no ending of an image gets that of its picture', () => {
  expect(imageNameOf('photo.v2', 'image/jpeg')).toBe('photo.v2.jpg')
  expect(imageNameOf('photo', 'image/webp')).toBe('photo.webp')
  expect(imageNameOf('photo.PNG', 'image/jpeg')).toBe('photo.PNG')
})
