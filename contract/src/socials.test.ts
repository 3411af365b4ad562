import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWebsite, type SocialPlatform, socialLink, socialPlatforms, toHandle } from './socials.ts'

const pastes: Record<SocialPlatform, [string, string][]> = {
  github: [
    ['https://github.com/anna', 'anna'],
    ['http://www.github.com/anna/', 'anna'],
    ['github.com/anna/repo?tab=stars#top', 'anna'],
    ['//github.com/anna', 'anna'],
    ['HTTPS://GitHub.COM/Anna-B', 'Anna-B'],
    [' @anna ', 'anna'],
    ['@https://github.com/anna', 'anna'],
    ['https://https://github.com/anna', 'https://https://github.com/anna'],
    ['https://github.com/', 'https://github.com/'],
    ['https://github.com.evil.example/anna', 'https://github.com.evil.example/anna'],
    ['https://evilgithub.com/anna', 'https://evilgithub.com/anna'],
    ['https://evil.example/github.com/anna', 'https://evil.example/github.com/anna'],
    ['https://github.com@evil.example/anna', 'https://github.com@evil.example/anna'],
  ],
  linkedin: [
    ['https://www.linkedin.com/in/anna-b-1a2b3c/', 'anna-b-1a2b3c'],
    ['https://de.linkedin.com/in/anna?trk=x', 'anna'],
    ['https://m.linkedin.com/in/anna', 'anna'],
    ['linkedin.com/in/anna', 'anna'],
    ['https://www.linkedin.com/in/andr%C3%A9-m%C3%BCller/', 'andré-müller'],
    ['https://www.linkedin.com/in/100%', '100%'],
    ['https://www.linkedin.com/company/acme', 'https://www.linkedin.com/company/acme'],
  ],
  twitter: [
    ['https://x.com/anna', 'anna'],
    ['https://twitter.com/@anna?s=20', 'anna'],
    ['http://mobile.twitter.com/anna/status/1', 'anna'],
    ['WWW.X.COM/anna#', 'anna'],
    ['@anna_b', 'anna_b'],
    ['https://netflix.com/anna', 'https://netflix.com/anna'],
  ],
  youtube: [
    ['https://www.youtube.com/@anna/videos', 'anna'],
    ['https://youtube.com/%40anna?si=1', 'anna'],
    ['http://m.youtube.com/c/anna', 'anna'],
    ['youtube.com/user/anna/', 'anna'],
    ['https://www.youtube.com/anna', 'anna'],
    ['https://www.youtube.com/channels-of-anna', 'channels-of-anna'],
    ['https://www.youtube.com/watch?v=abc', 'https://www.youtube.com/watch?v=abc'],
    ['https://www.youtube.com/channel/UCabc', 'https://www.youtube.com/channel/UCabc'],
    ['@anna.b', 'anna.b'],
  ],
  scholar: [
    ['https://scholar.google.com/citations?user=AbC-1_2AAAAJ', 'AbC-1_2AAAAJ'],
    ['https://scholar.google.co.uk/citations?hl=en&user=AbCAAAAJ&oi=ao#x', 'AbCAAAAJ'],
    ['HTTP://Scholar.Google.DE/citations?user=AbCAAAAJ', 'AbCAAAAJ'],
    ['https://scholar.google.com/citations?hl=en', 'https://scholar.google.com/citations?hl=en'],
  ],
  discord: [
    ['https://discord.com/users/123456789012345678', '123456789012345678'],
    ['discordapp.com/users/123456789012345678/', '123456789012345678'],
    ['@anna.b', 'anna.b'],
  ],
  website: [
    ['https://example.com/', 'example.com'],
    ['HTTP://Example.com/Path//', 'Example.com/Path'],
    ['https://https://example.com', 'example.com'],
    ['//example.com', 'example.com'],
    [' https:// example.com / ', 'example.com'],
    ['www.example.com/a?b=c#d', 'www.example.com/a?b=c#d'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
  ],
}

for (const platform of socialPlatforms)
  test.each(pastes[platform])(`${platform}: %j is taken as %j`, (text, handle) => {
    expect(toHandle(platform, text)).toBe(handle)
  })

test.each(socialPlatforms)('%s: a handle is left as it is', (platform) => {
  for (const handle of ['anna', 'Anna-B', 'anna_b.1', '100%25', 'größe', ''])
    expect(toHandle(platform, handle)).toBe(handle)
})

test.each([
  ['github', 'anna', 'https://github.com/anna'],
  ['linkedin', 'andré', 'https://www.linkedin.com/in/andr%C3%A9'],
  ['twitter', 'anna', 'https://x.com/anna'],
  ['youtube', 'anna.b', 'https://www.youtube.com/@anna.b'],
  ['scholar', 'AbC-1_2AAAAJ', 'https://scholar.google.com/citations?user=AbC-1_2AAAAJ'],
  ['discord', 'anna', null],
  ['website', 'example.com/a', 'https://example.com/a'],
] as const)('%s: %s leads to %s', (platform, handle, link) => {
  expect(socialLink(platform, handle)).toBe(link)
})

test.each([
  '',
  '.',
  '..',
  '...',
  '../evil',
  '//evil.example',
  '\\\\evil.example',
  'a/b',
  'a?b',
  'a#b',
  'a b',
  'a\nb',
  'a\0b',
  'a\u202eb',
  '\ud800',
  'https://evil.example',
])('%j is plain text on every platform', (handle) => {
  for (const platform of socialPlatforms) expect(socialLink(platform, handle), platform).toBeNull()
})

test('a handle with a scheme of its own stays a name on the platform', () => {
  expect(socialLink('github', 'javascript:alert(1)')).toBe('https://github.com/javascript%3Aalert(1)')
  expect(socialLink('twitter', '@evil.example')).toBe('https://x.com/%40evil.example')
  expect(socialLink('scholar', 'x&user=y')).toBe('https://scholar.google.com/citations?user=x%26user%3Dy')
})

/** Text made of the pieces that could go wrong, and any text at all. */
const hostile = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        ...[
          'https://',
          'http:',
          '//',
          '/',
          '@',
          '%40',
          '%2F',
          '%',
          '..',
          '?',
          '#',
          ' ',
          '\\',
          ':',
          'user=',
          'javascript:',
        ],
        ...[
          'github.com/',
          'www.',
          'x.com/',
          'linkedin.com/in/',
          'youtube.com/',
          'scholar.google.de/citations?',
        ],
        ...['discord.com/users/', 'evil.example', 'anna', 'é', '\0', '\ud800'],
      ),
      { maxLength: 10 },
    )
    .map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary' }),
)
const platform = fc.constantFrom(...socialPlatforms)

test('what comes out goes in again unchanged', () => {
  fc.assert(
    fc.property(platform, hostile, (where, text) => {
      const handle = toHandle(where, text)
      expect(toHandle(where, handle)).toBe(handle)
    }),
    { numRuns: 2000 },
  )
})

const places: Partial<Record<SocialPlatform, RegExp>> = {
  github: /^https:\/\/github\.com\/[^/?#]+$/,
  linkedin: /^https:\/\/www\.linkedin\.com\/in\/[^/?#]+$/,
  twitter: /^https:\/\/x\.com\/[^/?#]+$/,
  youtube: /^https:\/\/www\.youtube\.com\/@[^/?#]+$/,
  scholar: /^https:\/\/scholar\.google\.com\/citations\?user=[^&#]+$/,
}

test('a link leads by https to a profile on the platform and nowhere else, whatever the handle', () => {
  fc.assert(
    fc.property(platform, hostile, (where, handle) => {
      const link = socialLink(where, handle)
      if (link === null || where === 'website') return
      expect(new URL(link).href).toMatch(places[where] ?? /^never$/)
    }),
    { numRuns: 2000 },
  )
})

test('a website leads by https to the host it begins with', () => {
  const ending = fc.oneof(hostile, fc.constantFrom('', ':8080', ':99999', '/a', '?q', '#f', '@evil.example'))
  fc.assert(
    fc.property(ending, (rest) => {
      const link = socialLink('website', `example.com${rest}`)
      if (link === null) return
      const url = new URL(link)
      const host = /^[a-z0-9.-]+/i.exec(`example.com${rest}`)?.[0].toLowerCase()
      expect([url.protocol, url.hostname, url.username]).toEqual(['https:', host, ''])
    }),
    { numRuns: 2000 },
  )
})

test.each([
  'example.com',
  'EXAMPLE.com',
  'www.example.co.uk/a/b?c=d#e',
  'example.com:8080',
  'a-b.example',
  'xn--mnchen-3ya.de',
  'example.xn--p1ai',
  `${'a'.repeat(63)}.example`,
])('%j is a website', (text) => {
  expect(isWebsite(text)).toBe(true)
})

test.each([
  '',
  'example',
  'example.c',
  '.example.com',
  'example..com',
  'example.com.',
  '-a.example',
  'a-.example',
  'a_b.example',
  `${'a'.repeat(64)}.example`,
  'münchen.de',
  '192.0.2.1',
  '[::1]',
  'localhost:3000',
  'example.com:',
  'example.com:99999',
  'example.com:80@evil.example',
  'example.com@evil.example',
  'example.com\\evil',
  'example.com/a b',
  'example.com\n',
  'example.com/\u202egpj',
  'https://example.com',
  'ftp://example.com',
  'javascript:alert(1)',
  'data:text/html,x',
  '//example.com',
  'ex\u017fample.com',
  '\u212aelvin.example',
])('%j is no website', (text) => {
  expect(isWebsite(text)).toBe(false)
})

test.each(['%00a', 'a%0Ab', 'a%E2%80%AEb', '%ED%A0%80'])(
  '%j in a pasted address does not become what it stands for',
  (part) => {
    expect(toHandle('github', `https://github.com/${part}`)).toBe(part)
  },
)
