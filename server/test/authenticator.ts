import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What a page hands to `navigator.credentials`, as far as an authenticator looks at it. */
type CreationOptions = {
  challenge: string
  rp: { id?: string }
  user: { id: string }
  excludeCredentials?: { id: string }[]
}
type RequestOptions = { challenge: string; rpId?: string; allowCredentials?: { id: string }[] }

/** What a test makes an authenticator, or the page that uses it, do wrong. */
export type Trouble = {
  /** The page that asks; the site itself unless told. */
  origin?: string
  /** Whom the answer is made for; the site's host name unless told. */
  rpId?: string
  /** Nobody had to show that it is them. */
  unverified?: true
  /** Nobody even touched it. */
  absent?: true
  /** `webauthn.get` for an answer that makes a passkey, and the other way round. */
  type?: 'webauthn.get' | 'webauthn.create'
  /** Instead of the challenge that was handed over. */
  challenge?: string
  /** The count that a copy of the key would send. */
  counter?: number
  /** Another owner than the passkey was made for. */
  userHandle?: string
  /** Signs with a key that nobody registered. */
  foreignKey?: true
  /** The id of a passkey that exists already. */
  id?: Buffer
}

type Passkey = { id: Buffer; userHandle: string; privateKey: KeyObject; publicKey: KeyObject }

export type AuthenticatorOptions = {
  origin?: string
  /** Whether its passkeys may be kept by several devices (BE), and are now (BS). */
  backupEligible?: boolean
  backedUp?: boolean
  /** False for one whose counter stays 0, as that of most synced passkeys does. */
  counts?: boolean
}

/** A software authenticator (WebAuthn Level 3): ES256 keys, attestation `none`, answers as `PublicKeyCredential.toJSON()` gives them.
 *  `passkeys` are in the order they were made; the newest answers. */
export class Authenticator {
  readonly passkeys: Passkey[] = []
  counter = 0
  private readonly options: Required<AuthenticatorOptions>

  constructor(options: AuthenticatorOptions = {}) {
    this.options = {
      origin: 'http://localhost:3000',
      backupEligible: false,
      backedUp: false,
      counts: true,
      ...options,
    }
  }

  /** Makes a passkey: what `navigator.credentials.create({ publicKey })` would give. */
  create(options: unknown, trouble: Trouble = {}) {
    const { challenge, rp, user } = options as CreationOptions
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const passkey = { id: trouble.id ?? randomBytes(32), userHandle: user.id, privateKey, publicKey }
    this.passkeys.push(passkey)
    const authData = Buffer.concat([
      this.head(rp.id ?? '', flag.attested, trouble),
      // No model is named; then the length of the id, the id, and the key.
      Buffer.alloc(16),
      uint16(passkey.id.length),
      passkey.id,
      coseKey(publicKey),
    ])
    const attestationObject = map(['fmt', text('none')], ['attStmt', map()], ['authData', bytes(authData)])
    return {
      ...named(passkey),
      response: {
        clientDataJSON: this.clientData('webauthn.create', challenge, trouble).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      },
    }
  }

  /** Uses a passkey: what `navigator.credentials.get({ publicKey })` would give. */
  get(options: unknown, trouble: Trouble = {}, passkey: Passkey = this.newest()) {
    const { challenge, rpId = '' } = options as RequestOptions
    if (this.options.counts) this.counter++
    const authData = this.head(rpId, 0, trouble)
    const clientData = this.clientData('webauthn.get', challenge, trouble)
    const key = trouble.foreignKey
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      : passkey.privateKey
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()])
    const userHandle = trouble.userHandle ?? passkey.userHandle
    return {
      ...named(passkey),
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, key).toString('base64url'),
        userHandle,
      },
    }
  }

  private newest(): Passkey {
    const passkey = this.passkeys.at(-1)
    if (!passkey) throw new Error('This authenticator has no passkey')
    return passkey
  }

  private head(rpId: string, more: number, trouble: Trouble): Buffer {
    const { backupEligible, backedUp } = this.options
    const flags =
      more |
      (trouble.absent ? 0 : flag.present) |
      (trouble.unverified ? 0 : flag.verified) |
      (backupEligible ? flag.backupEligible : 0) |
      (backedUp ? flag.backedUp : 0)
    const head = Buffer.alloc(37)
    createHash('sha256')
      .update(trouble.rpId ?? rpId)
      .digest()
      .copy(head)
    head.writeUInt8(flags, 32)
    head.writeUInt32BE(trouble.counter ?? this.counter, 33)
    return head
  }

  private clientData(type: string, challenge: string, trouble: Trouble): Buffer {
    return Buffer.from(
      JSON.stringify({
        type: trouble.type ?? type,
        challenge: trouble.challenge ?? challenge,
        origin: trouble.origin ?? this.options.origin,
        crossOrigin: false,
      }),
    )
  }
}

const named = ({ id }: Passkey) => ({
  id: id.toString('base64url'),
  rawId: id.toString('base64url'),
  type: 'public-key' as const,
  authenticatorAttachment: 'platform',
  clientExtensionResults: {},
})

/** WebAuthn Level 3, 6.1. */
const flag = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, attested: 0x40 }

/** An EC2 key for ES256 on P-256 (RFC 9053, 7.1). */
const coseKey = (publicKey: KeyObject): Buffer => {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return map(
    [1, integer(2)],
    [3, integer(-7)],
    [-1, integer(1)],
    [-2, bytes(Buffer.from(x, 'base64url'))],
    [-3, bytes(Buffer.from(y, 'base64url'))],
  )
}

/* The little CBOR (RFC 8949) that an answer is written in. */

const head = (major: number, length: number): Buffer => {
  const kind = major << 5
  if (length < 24) return Buffer.from([kind | length])
  if (length < 256) return Buffer.from([kind | 24, length])
  return Buffer.concat([Buffer.from([kind | 25]), uint16(length)])
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])
const integer = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value))
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value])
const text = (value: string): Buffer => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])

const map = (...entries: [string | number, Buffer][]): Buffer =>
  Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([key, value]) => [typeof key === 'number' ? integer(key) : text(key), value]),
  ])
