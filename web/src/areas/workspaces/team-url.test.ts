import { expect, test } from 'vitest'
import { isUsernameWellFormed } from '#contract/username.ts'
import { teamUrlFrom } from './team-url.ts'

test.each([
  ['Acme Vision Lab', 'acme-vision-lab'],
  ['  Équipe Zürich & Co. ', 'equipe-zurich-co'],
  ['R2-D2 / Robots', 'r2-d2-robots'],
  ['東京', ''],
  [`${'a'.repeat(31)} team`, 'a'.repeat(31)],
])('the team “%s” is offered the address %s', (name, url) => {
  expect(teamUrlFrom(name)).toBe(url)
  if (url) expect(isUsernameWellFormed(url)).toBe(true)
})
