import { expect, it } from 'vitest'
import { safePath } from './safe-path.ts'

const origin = 'https://gate.example'

it('keeps a path of this site', () => {
  expect(safePath('/settings?tab=api-keys', origin)).toBe('/settings?tab=api-keys')
})

it.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/x/..\\/evil.example',
  'javascript:alert(1)',
  '',
  7,
])('drops %s', (next) => {
  expect(safePath(next, origin)).toBeUndefined()
})
