import { Authenticator } from '../authenticator.ts'
import { passkeyChallenge, passkeyOptions } from '../factors.ts'
import { aPerson } from '../people.ts'
import { freshAddress } from './place.ts'
import { type AccessRow, alone, nobodysId, ofPerson, type Scene } from './row.ts'

/* Routes of a person, whatever they are in which workspace, and the ways to an account. */

const person = (route: string, body?: Record<string, unknown>): AccessRow => ({
  route,
  targets: alone,
  ask: () => (body ? { body } : {}),
})

/** The asker's own thing, or somebody else's. */
const onThing = (
  route: string,
  find: (scene: Scene) => Promise<string> | string,
  body?: Record<string, unknown>,
): AccessRow => ({
  route,
  targets: ofPerson,
  ask: async (scene) => ({ params: { id: await find(scene) }, ...(body ? { body } : {}) }),
})

/** An address of the asker, which is their primary one and verified. */
const emailOf = async ({ world, asker, target }: Scene): Promise<string> => {
  if (target === 'else') return world.bystander.emailId
  const { emails } = (await asker.person?.call('GET', '/api/settings/emails'))?.json() ?? {}
  return emails?.[0].id ?? nobodysId
}

const passkeyOf = ({ world, target }: Scene) => (target === 'else' ? world.bystander.passkeyId : nobodysId)
const sessionIdOf = ({ world, target }: Scene) => (target === 'else' ? world.bystander.sessionId : nobodysId)

/** A passkey that was made for somebody else, or that nobody has. */
const strangePasskey = async ({ world }: Scene) =>
  new Authenticator().create(await passkeyOptions(world.bystander.call))

const strangeAssertion = async ({ world }: Scene) => {
  const authenticator = new Authenticator()
  authenticator.create(await passkeyOptions(world.bystander.call))
  return authenticator.get(await passkeyChallenge(world.bystander.call))
}

/** Whoever asks with a session of their own must not come out with another's. */
const signedInAs = ({ world, asker }: Scene) => asker.person ?? world.bystander

/** Stands in for a session that the answer ends. */
const someCall = async ({ world, asker }: Scene) =>
  asker.name.startsWith('session') ? (await aPerson(world.house)).call : asker.call

const longPassword = 'a long enough password'

export const personRows: AccessRow[] = [
  person('GET /api/auth/me'),
  {
    route: 'POST /api/auth/password',
    targets: alone,
    ask: (scene) => {
      const { password } = signedInAs(scene)
      return { body: { currentPassword: password, newPassword: password } }
    },
  },
  {
    route: 'POST /api/auth/reauthenticate',
    targets: alone,
    ask: (scene) => ({ body: { password: signedInAs(scene).password } }),
  },
  person('GET /api/auth/sessions'),
  person('DELETE /api/auth/sessions'),
  onThing('DELETE /api/auth/sessions/:id', sessionIdOf),
  person('GET /api/auth/identities'),
  {
    route: 'DELETE /api/auth/identities/:provider',
    targets: alone,
    ask: () => ({ params: { provider: 'google' } }),
  },
  person('GET /api/auth/factors'),
  person('POST /api/auth/factors/totp'),
  person('POST /api/auth/factors/totp/confirm', { code: '000000' }),
  person('DELETE /api/auth/factors/totp'),
  person('POST /api/auth/factors/passkeys/options'),
  {
    route: 'POST /api/auth/factors/passkeys',
    about: 'made for somebody else',
    targets: alone,
    ask: async (scene) => ({ body: { credential: await strangePasskey(scene) } }),
  },
  onThing('PATCH /api/auth/factors/passkeys/:id', passkeyOf, { name: 'Phone' }),
  onThing('DELETE /api/auth/factors/passkeys/:id', passkeyOf),
  person('POST /api/auth/factors/recovery-codes'),

  person('GET /api/settings/emails'),
  {
    route: 'POST /api/settings/emails',
    targets: alone,
    ask: () => ({ body: { email: freshAddress() } }),
  },
  onThing('POST /api/settings/emails/:id/verify', emailOf, { code: '000000' }),
  onThing('POST /api/settings/emails/:id/resend', emailOf),
  onThing('POST /api/settings/emails/:id/primary', emailOf),
  onThing('DELETE /api/settings/emails/:id', emailOf),
  person('GET /api/settings/preferences'),
  person('PATCH /api/settings/preferences', { theme: 'dark' }),

  {
    route: 'POST /api/auth/sign-up',
    targets: alone,
    ask: () => ({ body: { email: freshAddress(), password: longPassword } }),
  },
  person('GET /api/auth/sign-up'),
  person('POST /api/auth/verify', { code: '000000' }),
  person('POST /api/auth/verify/resend'),
  {
    route: 'POST /api/onboarding',
    targets: alone,
    ask: () => ({ body: { username: freshAddress().split('@')[0], displayName: 'Ada', region: 'us' } }),
  },
  {
    route: 'GET /api/username/check',
    targets: alone,
    ask: () => ({ query: { username: 'quite-free' } }),
  },
  {
    route: 'POST /api/auth/sign-in',
    targets: alone,
    ask(scene) {
      const { email, password } = signedInAs(scene)
      return { body: { email, password } }
    },
  },
  {
    route: 'POST /api/auth/sign-out',
    targets: alone,
    ask: async (scene) => ({ call: await someCall(scene) }),
  },
  {
    route: 'POST /api/auth/password/forgot',
    targets: alone,
    ask: () => ({ body: { email: freshAddress() } }),
  },
  person('POST /api/auth/password/reset', {
    token: `us-1.${'a'.repeat(24)}.${'A'.repeat(43)}`,
    password: longPassword,
  }),
  person('GET /api/auth/factors/pending'),
  person('POST /api/auth/factors/verify', { code: '000000' }),
  person('POST /api/auth/factors/passkeys/challenge'),
  {
    route: 'POST /api/auth/factors/passkeys/sign-in',
    about: 'a passkey that nobody kept',
    targets: alone,
    ask: async (scene) => ({ body: { credential: await strangeAssertion(scene) } }),
  },
  {
    route: 'GET /api/auth/oauth/:provider',
    targets: alone,
    ask: () => ({ params: { provider: 'google' } }),
  },
  ...(['GET', 'POST'] as const).map(
    (method): AccessRow => ({
      route: `${method} /api/auth/oauth/:provider/callback`,
      about: 'without a visit under way',
      targets: alone,
      ask: () => {
        const answer = { code: 'somebody', state: 'none' }
        return {
          params: { provider: 'google' },
          ...(method === 'GET' ? { query: answer } : { body: answer }),
        }
      },
    }),
  ),
]
