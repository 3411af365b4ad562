import { type HostileValues, openMap, poison, text } from './values.ts'

/* What the parts of a passkey's answer refuse: first what is no base64url, then what is, and holds something else. */

const base64url = (max: number, options: { optional?: boolean } = {}): HostileValues => ({
  ...text({ max, ...options }),
  empty: '',
  padding: 'AAAA==',
  'base64 of the older kind': 'a+b/',
  'a space inside': 'AAAA AAAA',
  'a line feed at the end': 'AAAA\n',
  'full-width letters': '\uff21\uff21\uff21\uff21',
  'a Kelvin sign for K': 'AAA\u212a',
})

const packed = (bytes: string | number[] | Buffer): string =>
  (typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes)).toString('base64url')

/** A client's data with something else in it than a browser puts there. */
const clientData = (fields: Record<string, unknown>): string =>
  packed(
    JSON.stringify({
      type: 'webauthn.get',
      challenge: 'A'.repeat(75),
      origin: 'http://localhost:3000',
      crossOrigin: false,
      ...fields,
    }),
  )

const strangeClientData: HostileValues = {
  'no JSON': packed('hello'),
  nothing: packed('null'),
  'a number': packed('5'),
  'a list': packed('[]'),
  'an empty object': packed('{}'),
  'half of it': packed('{"type":"webauthn.get","chal'),
  'no UTF-8': packed([0xff, 0xfe, 0x00, 0x80]),
  'a __proto__ key': packed('{"__proto__":{"type":"webauthn.get"}}'),
  'lists too deep': packed('['.repeat(2900)),
  'a challenge that is a number': clientData({ challenge: 5 }),
  'a challenge that is nothing': clientData({ challenge: null }),
  'a challenge that is a list': clientData({ challenge: ['A'.repeat(75)] }),
  'a challenge that is an object': clientData({ challenge: { length: 75 } }),
  'a challenge of nobody': clientData({}),
  'a short challenge': clientData({ challenge: 'AAAA' }),
  'no challenge': clientData({ challenge: '' }),
  'a null byte in the challenge': clientData({ challenge: '\0' }),
  'another origin': clientData({ origin: 'http://evil.example' }),
  'origins in a list': clientData({ origin: ['http://localhost:3000'] }),
  'the other type': clientData({ type: 'payment.get' }),
  'a strange token binding': clientData({ tokenBinding: { status: 'present', id: 5 } }),
}

const zeros = (count: number) => Buffer.alloc(count)

/** What an authenticator says, with these flags and whatever comes behind them. */
const said = (flags: number, behind: number[] | Buffer = []) =>
  packed(Buffer.concat([zeros(32), Buffer.from([flags]), zeros(4), Buffer.from(behind)]))

const strangeAuthenticatorData: HostileValues = {
  'one byte': packed([0]),
  'one byte short': packed(zeros(36)),
  'nothing but zeros': packed(zeros(37)),
  'of another site': said(0x05),
  'a passkey that is not there': said(0x45),
  'extensions that are not there': said(0x85),
  'extensions that are no map': said(0x85, [0x83, 1, 2, 3]),
  'extensions that never end': said(0x85, Buffer.alloc(2900, 0x81)),
  'a passkey longer than the answer': said(0x45, Buffer.concat([zeros(16), Buffer.from([0xff, 0xff])])),
  'more than it says': said(0x05, zeros(100)),
}

const strangeSignatures: HostileValues = {
  'one byte': packed([0]),
  zeros: packed(zeros(64)),
  'a signature of nought': packed([0x30, 0x06, 0x02, 0x01, 0, 0x02, 0x01, 0]),
  'a length beyond the bytes': packed([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x02]),
  'a length cut off': packed([0x30, 0x84]),
  'huge numbers': packed(
    Buffer.concat([Buffer.from([0x30, 0x82, 0x0b, 0xb8, 0x02, 0x82, 0x0b, 0xb4]), zeros(2900)]),
  ),
  'another kind': packed([0x04, 0x02, 0x01, 0x01]),
}

/** CBOR by hand: `a3` is a map of three, `63` a text of three letters. */
const attestation = (fmt: string, statement: string, authData: string): string =>
  packed(
    Buffer.from(`a363666d74${hexText(fmt)}6761747453746d74${statement}686175746844617461${authData}`, 'hex'),
  )

const hexText = (word: string): string =>
  (0x60 + word.length).toString(16) + Buffer.from(word).toString('hex')

const hexBytes = (bytes: Buffer): string =>
  `59${bytes.length.toString(16).padStart(4, '0')}${bytes.toString('hex')}`

const noted = (flags: number, behind: Buffer): string =>
  hexBytes(Buffer.concat([zeros(32), Buffer.from([flags]), zeros(4), behind]))

const strangeAttestations: HostileValues = {
  'one byte': packed([0]),
  'an empty map': packed([0xa0]),
  'a list': packed([0x83, 1, 2, 3]),
  'a text longer than the bytes': packed([0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  'bytes beyond all memory': packed([0x5b, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff]),
  'a list beyond all memory': packed([0x9b, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff]),
  'lists without an end': packed(Buffer.alloc(14_000, 0x9f)),
  'lists too deep': packed(Buffer.alloc(14_000, 0x81)),
  'maps too deep': packed(Buffer.from('a100'.repeat(7000), 'hex')),
  'a tag in tags': packed(Buffer.alloc(14_000, 0xc0)),
  'a break that breaks nothing': packed([0xff]),
  'a key named __proto__': packed(Buffer.from(`a1${hexText('__proto__')}a0`, 'hex')),
  'no authenticator data': attestation('none', 'a0', '40'),
  'authenticator data that is a text': attestation('none', 'a0', '6161'),
  'authenticator data cut off': attestation('none', 'a0', hexBytes(zeros(36))),
  'no passkey in it': attestation('none', 'a0', noted(0x05, zeros(0))),
  'a passkey without an id': attestation('none', 'a0', noted(0x45, zeros(18))),
  'an id longer than the bytes': attestation(
    'none',
    'a0',
    noted(0x45, Buffer.from(`${'00'.repeat(16)}ffff`, 'hex')),
  ),
  'a key that is no map': attestation(
    'none',
    'a0',
    noted(0x45, Buffer.from(`${'00'.repeat(16)}00010083010203`, 'hex')),
  ),
  'a key of no kind': attestation(
    'none',
    'a0',
    noted(0x45, Buffer.from(`${'00'.repeat(16)}000100a10163616263`, 'hex')),
  ),
  'a format of nobody': attestation('constructor', 'a0', hexBytes(zeros(37))),
  'packed without a statement': attestation('packed', 'a0', hexBytes(zeros(37))),
  'a certificate that is none': attestation(
    'fido-u2f',
    `a26373696741006378356381${'4100'}`,
    hexBytes(zeros(37)),
  ),
}

const identifiers = {
  id: { ...base64url(1400), 'another one': packed('of somebody else') },
  rawId: { ...base64url(1400), 'another one': packed('of somebody else') },
  type: { ...text({ max: 40 }), 'another type': 'password', capitals: 'PUBLIC-KEY' },
  authenticatorAttachment: text({ max: 40, optional: true }),
  clientExtensionResults: { ...openMap, null: null },
}

const notObject: HostileValues = {
  null: null,
  text: 'credential',
  'a number': 5,
  'a list': [],
  'an empty object': {},
  ...poison,
}

const named = (values: Record<string, HostileValues>): Record<string, HostileValues> =>
  Object.fromEntries(Object.entries(values).map(([name, hostile]) => [`credential.${name}`, hostile]))

/** The fields of a passkey that is used. Each value past its shape is a try; `isCounted` leaves those out where tries are counted. */
export const assertionFields = ({ isCounted = false } = {}): Record<string, HostileValues> => {
  const past = (values: HostileValues): HostileValues => (isCounted ? {} : values)
  return {
    credential: notObject,
    ...named({
      ...identifiers,
      response: notObject,
      'response.clientDataJSON': { ...base64url(4000), ...past(strangeClientData) },
      'response.authenticatorData': { ...base64url(4000), ...past(strangeAuthenticatorData) },
      'response.signature': { ...base64url(4000), ...past(strangeSignatures) },
      'response.userHandle': {
        ...base64url(200, { optional: true }),
        ...past({ 'of somebody else': packed('user_000000000000000000000000'), bytes: packed([0xff, 0]) }),
      },
    }),
  }
}

/** The fields of a passkey that is made. */
export const registrationFields: Record<string, HostileValues> = {
  credential: notObject,
  ...named({
    ...identifiers,
    response: notObject,
    'response.clientDataJSON': { ...base64url(4000), ...strangeClientData },
    'response.attestationObject': { ...base64url(20_000), ...strangeAttestations },
    'response.transports': {
      null: null,
      text: 'usb',
      'a number': 1,
      'an object': { 0: 'usb', length: 1 },
      'one too many': Array.from({ length: 11 }, () => 'usb'),
      ...poison,
    },
    'response.transports[]': text({ max: 40 }),
  }),
}
