import { randomBytes } from 'node:crypto'
import { connectIdentity } from '../../src/areas/accounts/identities/connect-identity.ts'
import { profiles } from '../../src/areas/accounts/table.ts'
import { memberships, workspaces } from '../../src/areas/workspaces/table.ts'
import { makeId } from '../../src/crypto/token.ts'
import { aBrowser, codeFor, cookiesOf } from '../browser.ts'
import { aPasskey, aTotp, passPassword } from '../factors.ts'
import { aPerson, aStranger, type Caller, type Person } from '../people.ts'
import type { TestHouse } from '../test-house.ts'
import { type Base, session } from './row.ts'

/* People in the middle of getting in, or of changing how they do. */

export const personal = async (house: TestHouse): Promise<Base> => ({ call: (await aPerson(house)).call })

/** Somebody with a second address that waits for its code. */
export const addingEmail = async (house: TestHouse) => {
  const { call } = await aPerson(house)
  const address = `second-${randomBytes(5).toString('hex')}@example.com`
  const { id } = (await call('POST', '/api/settings/emails', { email: address })).json().email
  return { call, params: { id }, body: { code: codeFor(house, address) } }
}

export const withSecondEmail = async (house: TestHouse): Promise<Base> => {
  const { call, params, body } = await addingEmail(house)
  await call('POST', `/api/settings/emails/${params.id}/verify`, body)
  return { call, params }
}

export const withPasskey = async (house: TestHouse) => {
  const { call } = await aPerson(house)
  const passkey = await aPasskey({ call })
  return { call, passkey, params: { id: passkey.id } }
}

/** A browser that has shown a password and waits for the second factor, and everything that would prove that. */
export const waiting = async (house: TestHouse) => {
  const person = await aPerson(house)
  const totp = await aTotp(house, person)
  const passkey = await aPasskey(person)
  const { call } = aBrowser(house)
  await passPassword(person, { call, cookies: () => '' })
  return { call, totp, passkey }
}

export const withIdentity = async (house: TestHouse): Promise<Base> => {
  const { call, userId } = await aPerson(house)
  const subject = randomBytes(8).toString('hex')
  const account = { provider: 'google', issuer: 'https://provider.example', subject, email: null } as const
  await connectIdentity(house, house.cells.get('us-1'), { userId }, account, house.clock.now())
  return { call, params: { provider: 'google' } }
}

/** Somebody who comes back from a provider, and what the browser and the address say then. */
export const returning = async (house: TestHouse) => {
  const begun = await aStranger(house)('GET', '/api/auth/oauth/google')
  const state = new URL(String(begun.headers.location)).searchParams.get('state') ?? ''
  const given = { code: randomBytes(8).toString('hex'), state, iss: 'https://provider.example' }
  return { headers: { cookie: cookiesOf(begun).pairs }, params: { provider: 'google' }, given }
}

/** A team that the person owns. */
export const aTeam = async (house: TestHouse, { userId }: Person): Promise<string> => {
  const at = house.clock.now()
  const id = `team_${makeId(at)}`
  const username = `team-${randomBytes(5).toString('hex')}`
  const { directory } = house
  const claim = await directory.reserve(
    [directory.guessable('username', username)],
    { cellId: 'us-1', subjectId: id },
    at,
  )
  if ('taken' in claim) throw new Error('This team exists')
  const { db } = house.cells.get('us-1')
  await db.insert(profiles).values({ id, username, displayName: 'Team', createdAt: at })
  await db.insert(workspaces).values({ id, accountType: 'team', createdAt: at })
  await db.insert(memberships).values({ workspaceId: id, userId, role: 'owner', joinedAt: at })
  await directory.confirm(claim)
  return username
}

const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** A form with one file in it, as a browser writes it. */
export const pictureForm = (boundary: string, bytes: Buffer = picture): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="image"; filename="me.png"\r\ncontent-type: image/png\r\n\r\n`,
    ),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])

/** Sends the picture whatever body it is given. */
export const sendsPicture =
  (call: Caller): Caller =>
  (method, address, _body, headers) =>
    call(method, address, pictureForm('x'), { ...headers, 'content-type': 'multipart/form-data; boundary=x' })

export const withPicture = async (house: TestHouse) => {
  const { person, call, query } = await session(house)
  const { downloadUrl } = (await sendsPicture(call)('POST', '/api/settings/icon')).json()
  const file = new URL(downloadUrl).pathname.split('/').at(-1) ?? ''
  return { call, query, params: { username: person.username, file } }
}
