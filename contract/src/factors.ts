import { z } from 'zod'
import { ResourceId, SixDigits, Success, Time } from './common.ts'
import { endpoint } from './endpoint.ts'

/** Ten letters and digits in two groups, read without regard to case. */
const RecoveryCode = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z2-7]{5}-?[a-z2-7]{5}$/, 'must be a recovery code such as abcde-fghij')

const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url')

/** What `navigator.credentials` gives back (WebAuthn Level 3, 5.1), in the JSON form of `PublicKeyCredential.toJSON()`. */
const credential = <R extends z.ZodRawShape>(response: R) =>
  z.object({
    id: base64url(1400),
    rawId: base64url(1400),
    type: z.literal('public-key'),
    authenticatorAttachment: z.string().max(40).nullish(),
    clientExtensionResults: z.record(z.string().max(100), z.unknown()).optional(),
    response: z.object(response),
  })

export const PasskeyAssertion = credential({
  clientDataJSON: base64url(4000),
  authenticatorData: base64url(4000),
  signature: base64url(4000),
  userHandle: base64url(200).nullish(),
})

const PasskeyRegistration = credential({
  clientDataJSON: base64url(4000),
  attestationObject: base64url(20_000),
  transports: z.array(z.string().max(40)).max(10).optional(),
})

/** Handed to `navigator.credentials` as it is. */
const WebAuthnOptions = z.record(z.string(), z.unknown())

const PasskeyName = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(60, 'must be at most 60 characters')
  // It is repeated in mails.
  .regex(/^[^\p{C}]*$/u, 'must not hold control characters')

const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Whether the passkey is kept by more than one device of its owner. */
    synced: z.boolean(),
    createdAt: Time,
    lastUsedAt: Time.optional(),
  })
  .meta({ id: 'Passkey' })

/** Given once, with the first factor and when asked for anew; the server keeps digests only. */
const RecoveryCodes = z.array(z.string())

export const listFactors = endpoint({
  method: 'GET',
  path: '/api/auth/factors',
  summary: 'Your passkeys, authenticator app and recovery codes',
  reply: z.object({
    passkeys: z.array(Passkey),
    /** The authenticator app, when one is set up. */
    totp: z.object({ createdAt: Time }).nullable(),
    recoveryCodesLeft: z.number(),
    hasPassword: z.boolean(),
    /** Whether this session was opened with a second factor, or a passkey. */
    sessionIsStrong: z.boolean(),
  }),
})

export const startTotp = endpoint({
  method: 'POST',
  path: '/api/auth/factors/totp',
  summary: 'Begin to set up an authenticator app',
  description:
    'Gives the secret and the address that its QR code holds (RFC 6238). Nothing is asked at sign-in until a code confirms it. Needs a recent sign-in.',
  reply: z.object({ secret: z.string(), uri: z.string() }),
  status: 201,
})

export const confirmTotp = endpoint({
  method: 'POST',
  path: '/api/auth/factors/totp/confirm',
  summary: 'Finish setting up the authenticator app with a code from it',
  description: 'Answers with recovery codes when this is the first factor.',
  body: z.strictObject({ code: SixDigits }),
  reply: z.object({ success: z.literal(true), recoveryCodes: RecoveryCodes.optional() }),
})

export const removeTotp = endpoint({
  method: 'DELETE',
  path: '/api/auth/factors/totp',
  summary: 'Remove the authenticator app',
  description: 'Sessions opened with it count as opened without a second factor from then on.',
  reply: Success,
})

export const startPasskey = endpoint({
  method: 'POST',
  path: '/api/auth/factors/passkeys/options',
  summary: 'What the browser needs to make a passkey',
  description: 'The challenge holds for five minutes and is used once. Needs a recent sign-in.',
  reply: z.object({ options: WebAuthnOptions }),
})

export const addPasskey = endpoint({
  method: 'POST',
  path: '/api/auth/factors/passkeys',
  summary: 'Keep a passkey that the browser made',
  description: 'Answers with recovery codes when this is the first factor.',
  body: z.strictObject({ name: PasskeyName.optional(), credential: PasskeyRegistration }),
  reply: z.object({ passkey: Passkey, recoveryCodes: RecoveryCodes.optional() }),
  status: 201,
})

const PasskeyId = z.strictObject({ id: ResourceId })

export const renamePasskey = endpoint({
  method: 'PATCH',
  path: '/api/auth/factors/passkeys/:id',
  summary: 'Give a passkey another name',
  params: PasskeyId,
  body: z.strictObject({ name: PasskeyName }),
  reply: Success,
})

export const removePasskey = endpoint({
  method: 'DELETE',
  path: '/api/auth/factors/passkeys/:id',
  summary: 'Remove a passkey',
  description: 'Sessions opened with it count as opened without a second factor from then on.',
  params: PasskeyId,
  reply: Success,
})

export const renewRecoveryCodes = endpoint({
  method: 'POST',
  path: '/api/auth/factors/recovery-codes',
  summary: 'Replace the recovery codes',
  description: 'The earlier ones stop working.',
  reply: z.object({ recoveryCodes: RecoveryCodes }),
})

export const getPendingSignIn = endpoint({
  method: 'GET',
  path: '/api/auth/factors/pending',
  summary: 'Which second factor the sign-in in this browser waits for',
  reply: z.object({
    methods: z.array(z.enum(['passkey', 'totp', 'recovery-code'])),
    expiresAt: Time,
  }),
})

export const challengePasskey = endpoint({
  method: 'POST',
  path: '/api/auth/factors/passkeys/challenge',
  summary: 'What the browser needs to use a passkey',
  description:
    'For signing in without a password, for the second step of a sign-in, and for confirming that it is you. The challenge holds for five minutes and is used once.',
  reply: z.object({ options: WebAuthnOptions }),
})

export const signInWithPasskey = endpoint({
  method: 'POST',
  path: '/api/auth/factors/passkeys/sign-in',
  summary: 'Sign in with a passkey, without a password',
  body: z.strictObject({ credential: PasskeyAssertion }),
  reply: z.object({ next: z.literal('home') }),
})

/** One of these proves a second factor. */
const SecondFactor = z.union([
  z.strictObject({ code: SixDigits }),
  z.strictObject({ recoveryCode: RecoveryCode }),
  z.strictObject({ credential: PasskeyAssertion }),
])

export const verifySecondFactor = endpoint({
  method: 'POST',
  path: '/api/auth/factors/verify',
  summary: 'Finish a sign-in with the second factor',
  description: 'Takes a code of the authenticator app, a recovery code or a passkey. Each is used once.',
  body: SecondFactor,
  reply: z.object({ next: z.literal('home') }),
})

export const reauthenticate = endpoint({
  method: 'POST',
  path: '/api/auth/reauthenticate',
  summary: 'Confirm that it is you, for actions that need a recent sign-in',
  description:
    'A passkey suffices. A password suffices while no second factor is set up; with an authenticator app send its code as well. People who sign in with a provider confirm there: GET /api/auth/oauth/{provider}?intent=confirm.',
  body: z.union([
    z.strictObject({ password: z.string().min(1).max(1024), code: SixDigits.optional() }),
    z.strictObject({ credential: PasskeyAssertion }),
  ]),
  reply: Success,
})
