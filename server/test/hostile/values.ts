/** Values that no field should take, each under what is wrong with it. */
export type HostileValues = Record<string, unknown>

/** JSON that `JSON.stringify` would not write, such as `1e400` or a key named `__proto__`. */
export class RawJson {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Text as it stands in an address, not encoded again. */
export class RawText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A value that is refused with this status where its field is otherwise refused with 400. */
export class RefusedWith {
  readonly status: number
  readonly value: unknown
  constructor(status: number, value: unknown) {
    this.status = status
    this.value = value
  }
}

/** Writes a body with the raw parts in it. */
export const toJson = (body: unknown): string => {
  const raws: string[] = []
  const text = JSON.stringify(body, (_name, value) =>
    value instanceof RawJson ? `raw-json-${raws.push(value.text) - 1}-here` : value,
  )
  return text.replace(/"raw-json-(\d+)-here"/g, (_all, index) => raws[Number(index)] ?? '')
}

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

/** Refused wherever they stand, also in fields that take anything. */
export const poison: HostileValues = {
  'a null byte': 'before\0after',
  'half a surrogate pair': 'before\ud83d',
  'the other half': '\ude00after',
  'a null byte inside': { a: [{ b: 'x\0' }] },
  'a key with a null byte': { 'a\0b': 1 },
  'a key that is half a surrogate pair': { '\ud83d': 1 },
  'a __proto__ key': new RawJson('{"__proto__":{"admin":true}}'),
  'a __proto__ key in escapes': new RawJson('{"__pr\\u006fto__":{"admin":true}}'),
  'a constructor.prototype key': new RawJson('{"constructor":{"prototype":{"admin":true}}}'),
  'forty levels': new RawJson(nested(40)),
  'four thousand levels': new RawJson(nested(4000)),
}

const notText: HostileValues = {
  'a whole number': 5,
  'a fraction': 0.5,
  'a number beyond all numbers': new RawJson('1e400'),
  'a boolean': true,
  'an array': ['text'],
  'an empty array': [],
  'an object': { text: 'text' },
  'an object that claims to be text': { toString: 'text', length: 4 },
}

type Optional = { optional?: boolean }

const orNull = ({ optional }: Optional, values: HostileValues): HostileValues =>
  optional ? values : { ...values, null: null }

/** What a text field of at most `max` characters refuses. `optional` fields take null (ingest). */
export const text = ({ max, ...rest }: Optional & { max?: number }): HostileValues =>
  orNull(rest, {
    ...poison,
    ...notText,
    ...(max === undefined
      ? {}
      : { 'one too long': 'x'.repeat(max + 1), 'far too long': 'x'.repeat(max + 3000) }),
  })

/** What a field of fixed words refuses. */
export const choice = (word: string, options: Optional = {}): HostileValues => ({
  ...text({ ...options, max: 64 }),
  'the word in capitals': word.toUpperCase(),
  'the word and a space': `${word} `,
  'the word in full width': [...word]
    .map((char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))
    .join(''),
  'a word of every object': 'constructor',
})

const notNumber: HostileValues = {
  text: 'many',
  'digits as text': '5',
  'a boolean': true,
  'an array': [5],
  'an object': { value: 5 },
  'a null byte': '\0',
  'a number beyond all numbers': new RawJson('1e400'),
  'one below all numbers': new RawJson('-1e400'),
}

/** What a count refuses. */
export const count = (options: Optional): HostileValues =>
  orNull(options, {
    ...notNumber,
    'a fraction': 1.5,
    'below zero': -1,
    'beyond 32 bits': 2 ** 32,
    'beyond exact numbers': 2 ** 53,
    'a huge float': 1e308,
    'not a number': new RawJson('"NaN"'),
  })

/** What a measured number refuses. */
export const measure = (options: Optional): HostileValues => orNull(options, notNumber)

/** What a yes-or-no field refuses. */
export const flag: HostileValues = {
  null: null,
  'the word': 'true',
  one: 1,
  zero: 0,
  'an array': [true],
  'an object': {},
  'a null byte': '\0',
}

/** What a field holding an open map refuses (ingest). */
export const openMap: HostileValues = {
  text: 'lr=0.01',
  'a number': 5,
  'a boolean': false,
  'an array': [{ lr: 0.01 }],
  'a key too long': { ['k'.repeat(257)]: 1 },
  ...poison,
}

/** Addresses that look like others, or carry something behind one. */
export const lookAlikeEmails: HostileValues = {
  'a Kelvin sign for k': 'mi\u212ae@example.com',
  'a long s for s': 'u\u017fer@example.com',
  'a dotless i': 'm\u0131ke@example.com',
  'a Cyrillic a': '\u0430lice@example.com',
  'a Cyrillic e in the domain': 'alice@\u0435xample.com',
  'a full-width at sign': 'alice\uff20example.com',
  'full-width letters': '\uff41lice@example.com',
  'an ideographic full stop': 'alice@example\u3002com',
  'a one-dot leader': 'alice@example\u2024com',
  'a zero-width space': 'ali\u200bce@example.com',
  'a right-to-left override': '\u202ealice@example.com',
  'a combining mark': 'alice\u0301@example.com',
  'a soft hyphen': 'ali\u00adce@example.com',
  'a ligature': '\ufb01ne@example.com',
}

export const email: HostileValues = {
  ...text({ max: 254 }),
  ...lookAlikeEmails,
  'one too long for an address': `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.example`,
  'a local part too long': `${'a'.repeat(65)}@example.com`,
  empty: '',
  spaces: '   ',
  'no at sign': 'alice.example.com',
  'two at signs': 'alice@bob@example.com',
  'no local part': '@example.com',
  'no domain': 'alice@',
  'a bare host': 'alice@localhost',
  'an address literal': 'alice@[127.0.0.1]',
  'a header injected': 'alice@example.com\r\nBcc: bob@example.com',
  'two addresses': 'alice@example.com,bob@example.com',
  'a display name': 'Alice <alice@example.com>',
  'a quoted local part': '"al ice"@example.com',
  'a double dot in the domain': 'alice@example..com',
  'a leading hyphen in the domain': 'alice@-example.com',
}

export const password: HostileValues = {
  ...text({ max: 128 }),
  empty: '',
  'one too short': 'x'.repeat(9),
}

/** What a mailed code or one of an authenticator app refuses. */
export const sixDigits: HostileValues = {
  ...text({ max: 6 }),
  'a number of six digits': 123456,
  'five digits': '12345',
  'full-width digits': '\uff11\uff12\uff13\uff14\uff15\uff16',
  'Arabic digits': '\u0661\u0662\u0663\u0664\u0665\u0666',
  'a sign': '+12345',
  'a space inside': '123 456',
  empty: '',
}

/** Usernames that look like others, or are no usernames. */
export const lookAlikeUsernames: Record<string, string> = {
  'a Cyrillic a': '\u0430lice-two',
  'a Kelvin sign for k': 'fran\u212a',
  'a dotless i': 'al\u0131ce',
  'full-width letters': '\uff41\uff4c\uff49\uff43\uff45',
  'a zero-width joiner': 'alice\u200d-two',
  'a right-to-left override': '\u202ealice',
  'a combining mark': 'alice\u0301',
  'a no-break hyphen': 'alice\u2011two',
  'a small capital': 'al\u026ace',
  'a newline at the end': 'alice\n',
  capitals: 'ALICE',
  'an underscore': 'alice_two',
  'a leading hyphen': '-alice',
  'a trailing hyphen': 'alice-',
  'two hyphens': 'alice--two',
  'too short': 'abc',
  'too long': 'a'.repeat(33),
  'a path': '../alice',
  'an escape': 'alice%2f',
  empty: '',
}

export const username: HostileValues = {
  ...text({ max: 32 }),
  ...lookAlikeUsernames,
  'a reserved name': 'admin',
  'a page of ours': 'sign-in',
}

/** What every query field refuses, whatever its shape: a null byte, and the field said twice. */
export const twice = (value: string): string[] => [value, value]

/** What a query text field of at most `max` characters refuses. */
export const textInQuery = (max: number, good = 'x'): HostileValues => ({
  'a null byte': 'before\0after',
  'one too long': 'x'.repeat(max + 1),
  'said twice': twice(good),
  'said three times, differently': [good, 'other', ''],
})

/** `?owner=`: what is too strange for a name is refused as such; what is no workspace of the caller is missing. */
export const ownerInQuery = (good: string): HostileValues => ({
  ...textInQuery(64, good),
  'one too long': new RefusedWith(404, 'x'.repeat(65)),
  'another one': new RefusedWith(404, 'nobody-by-this-name'),
  'a Cyrillic look-alike': new RefusedWith(404, '\u0430dministrator'),
  'broken UTF-8': new RefusedWith(404, new RawText('%ed%a0%80')),
  'a quote': new RefusedWith(404, "x' or '1'='1"),
})

export const countInQuery: HostileValues = {
  empty: '',
  text: 'many',
  zero: '0',
  'below zero': '-1',
  'a fraction': '1.5',
  'beyond all numbers': '1e400',
  'beyond exact numbers': '9007199254740993',
  'not a number': 'NaN',
  infinity: 'Infinity',
  'a list': '1,2',
  'a null byte': '1\0',
  'Arabic digits': '\u0661',
  'said twice': twice('1'),
  'far too long': '1'.repeat(4000),
}

export const wordInQuery = (word: string): HostileValues => ({
  empty: '',
  'another word': 'maybe',
  'a capital': word.toUpperCase(),
  'a null byte': `${word}\0`,
  'a word of every object': '__proto__',
  'said twice': twice(word),
  'far too long': word.repeat(1000),
})

export const timeInQuery: HostileValues = {
  empty: '',
  text: 'yesterday',
  'the 30th of February': '2026-02-30',
  'a 13th month': '2026-13-01',
  'a 25th hour': '2026-01-01T25:00:00Z',
  'an epoch': '1700000000',
  'a negative epoch': '-1',
  'a negative year': '-000001-01-01T00:00:00Z',
  'a year of six digits': '+275760-09-13T00:00:00Z',
  'the year nought': '0000-01-01',
  'the year nought with a time': '0000-06-01T00:00:00Z',
  'a time that its offset takes before the first year': '0001-01-01T00:00:00+23:59',
  'a time that its offset takes after the last year': '9999-12-31T23:59:59-23:59',
  'the last day of all': '9999-12-31',
  'no zone': '2026-01-01T00:00:00',
  'a null byte': '2026-01-01\0',
  'Arabic digits': '\u0662\u0660\u0662\u0666-01-01',
  'said twice': twice('2026-01-01'),
  'far too long': '2026-01-01'.repeat(500),
}

/** What an id in a query refuses. */
export const idInQuery: HostileValues = {
  empty: '',
  'one short': 'a'.repeat(23),
  'one long': 'a'.repeat(25),
  capitals: 'A'.repeat(24),
  'no hex': 'g'.repeat(24),
  'full width': '\uff41'.repeat(24),
  'a null byte': `${'a'.repeat(23)}\0`,
  'a newline at the end': `${'a'.repeat(24)}\n`,
  'said twice': twice('a'.repeat(24)),
  'far too long': 'a'.repeat(4000),
}

/** What one segment of a path refuses, as 400 or as something that is not there. */
export const segment: HostileValues = {
  'a null byte': new RawText('%00'),
  'a null byte inside': new RawText('a%00b'),
  'a broken escape': new RawText('%zz'),
  'half an escape': new RawText('%a'),
  'a lone percent sign': new RawText('%'),
  'broken UTF-8': new RawText('%c3%28'),
  'an overlong slash': new RawText('%c0%af'),
  'half a surrogate pair': new RawText('%ed%a0%80'),
  'an encoded way up': new RawText('%2e%2e%2f%2e%2e%2fetc%2fpasswd'),
  'a way up with backslashes': new RawText('..%5c..%5cetc'),
  'one too long': 'x'.repeat(301),
  'longer than any segment': 'x'.repeat(501),
  'far too long': 'x'.repeat(6000),
  spaces: '   ',
  'a quote': "' or 1=1--",
  'full-width letters': '\uff4d\uff59',
  'a zero-width space': '\u200b',
  'a right-to-left override': '\u202eabc',
  'a word of every object': '__proto__',
  'another word of every object': 'constructor',
  emoji: '\u{1f600}',
}
