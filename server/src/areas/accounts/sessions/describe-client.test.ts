import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeClient } from './describe-client.ts'

const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const blink = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const windows = '(Windows NT 10.0; Win64; x64)'
const mac = '(Macintosh; Intel Mac OS X 10_15_7)'
const linux = '(X11; Linux x86_64)'
const iphone = '(iPhone; CPU iPhone OS 18_7 like Mac OS X)'
const ipad = '(iPad; CPU OS 18_7 like Mac OS X)'
const android = '(Linux; Android 10; K)'

test.each([
  [`Mozilla/5.0 ${windows} ${blink} Chrome/142.0.0.0 Safari/537.36`, 'desktop', 'Chrome 142', 'Windows'],
  [
    `Mozilla/5.0 ${windows} ${blink} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
    'desktop',
    'Microsoft Edge 142',
    'Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
    'desktop',
    'Firefox 145',
    'Windows',
  ],
  [
    `Mozilla/5.0 ${windows} ${blink} Chrome/142.0.0.0 Safari/537.36 OPR/125.0.0.0`,
    'desktop',
    'Opera 125',
    'Windows',
  ],
  [`Mozilla/5.0 ${mac} ${webkit} Version/26.1 Safari/605.1.15`, 'desktop', 'Safari 26', 'macOS'],
  [`Mozilla/5.0 ${mac} ${blink} Chrome/142.0.0.0 Safari/537.36`, 'desktop', 'Chrome 142', 'macOS'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0',
    'desktop',
    'Firefox 145',
    'macOS',
  ],
  [`Mozilla/5.0 ${linux} ${blink} Chrome/142.0.0.0 Safari/537.36`, 'desktop', 'Chrome 142', 'Linux'],
  [
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
    'desktop',
    'Firefox 145',
    'Linux',
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${blink} Chrome/142.0.0.0 Safari/537.36`,
    'desktop',
    'Chrome 142',
    'Chrome OS',
  ],
  [`Mozilla/5.0 ${iphone} ${webkit} Version/26.1 Mobile/15E148 Safari/604.1`, 'phone', 'Safari 26', 'iOS'],
  [
    `Mozilla/5.0 ${iphone} ${webkit} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1`,
    'phone',
    'Chrome 142',
    'iOS',
  ],
  [
    `Mozilla/5.0 ${iphone} ${webkit} FxiOS/145.0 Mobile/15E148 Safari/605.1.15`,
    'phone',
    'Firefox 145',
    'iOS',
  ],
  [`Mozilla/5.0 ${ipad} ${webkit} Version/26.1 Mobile/15E148 Safari/604.1`, 'tablet', 'Safari 26', 'iOS'],
  [`Mozilla/5.0 ${android} ${blink} Chrome/142.0.0.0 Mobile Safari/537.36`, 'phone', 'Chrome 142', 'Android'],
  [
    `Mozilla/5.0 ${android} ${blink} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0`,
    'phone',
    'Microsoft Edge 142',
    'Android',
  ],
  [`Mozilla/5.0 ${android} ${blink} Chrome/142.0.0.0 Safari/537.36`, 'tablet', 'Chrome 142', 'Android'],
  ['Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0', 'phone', 'Firefox 145', 'Android'],
  [
    'Mozilla/5.0 (Android 15; Tablet; rv:145.0) Gecko/145.0 Firefox/145.0',
    'tablet',
    'Firefox 145',
    'Android',
  ],
  ['curl/8.5.0', 'unknown', 'curl 8.5.0', undefined],
  ['python-requests/2.34.2', 'unknown', 'python-requests 2.34.2', undefined],
  ['Ultralytics/8.4.60 Python/3.12', 'unknown', 'Ultralytics 8.4.60', undefined],
  ['My Client/1.0+beta', 'unknown', 'Client 1.0+beta', undefined],
  ['node', 'unknown', 'node', undefined],
  [
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'unknown',
    'Googlebot 2',
    undefined,
  ],
  ['Mozilla/5.0', 'unknown', 'Unknown client', undefined],
  ['Mozilla/5.0 (compatible; acme)', 'unknown', 'Unknown client', undefined],
  ['<b>/1', 'unknown', 'Unknown client', undefined],
  ['größe', 'unknown', 'Unknown client', undefined],
  ['', 'unknown', 'Unknown client', undefined],
  [' \t', 'unknown', 'Unknown client', undefined],
] as const)('%s is a %s with %s on %s', (userAgent, device, browser, os) => {
  expect(describeClient(userAgent)).toEqual(os ? { device, browser, os } : { device, browser })
})

const pieces = fc
  .array(
    fc.constantFrom(
      ...[
        'Mozilla/5.0',
        'Opera/',
        ' ',
        '(',
        ')',
        ';',
        '/',
        ' (',
        ') ',
        '\0',
        '\u202e',
        '\ud800',
        '<script>',
        'ä',
        '9'.repeat(80),
      ],
      ...[
        'Windows NT ',
        'Windows Phone',
        '10.0',
        '10_15_7',
        'Macintosh',
        'Mac OS X ',
        'Android',
        'Android ',
        'iPhone',
        'iPad',
        'CPU OS ',
      ],
      ...[
        'Chrome/',
        'Safari/',
        'Version/',
        'Firefox/',
        'Edg/',
        'MSIE ',
        'Trident/',
        'OPR/',
        'Mobile',
        'Tablet',
        'Linux',
        'CrOS',
        'Tizen ',
      ],
      ...[
        'Nexus 7',
        'Kindle',
        'SM-X710',
        'Roku/DVP-',
        'PlayStation 4',
        'web0s',
        'Googlebot/',
        'curl/',
        'a'.repeat(200),
      ],
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''))

test('hostile text is described in at most 60 harmless characters', () => {
  fc.assert(
    fc.property(fc.oneof(pieces, fc.string({ unit: 'binary' })), (userAgent) => {
      const { device, browser, os = 'none' } = describeClient(userAgent)
      expect(['desktop', 'phone', 'tablet', 'unknown']).toContain(device)
      expect(browser).toMatch(/^[\w.+ -]{1,60}$/)
      expect(os).toMatch(/^[\w ]{1,60}$/)
    }),
    { numRuns: 3000 },
  )
})

test('a megabyte is described as fast as a line', () => {
  for (const text of ['a', ' ', '(', 'Mozilla/5.0 ', 'Windows NT ', '/1 (']) {
    const start = performance.now()
    describeClient(text.repeat(1_000_000 / text.length))
    expect(performance.now() - start, text).toBeLessThan(500)
  }
})
