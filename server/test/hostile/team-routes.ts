import { randomBytes } from 'node:crypto'
import type { Role } from '#contract/permissions.ts'
import { aPerson, aStranger, type Caller } from '../people.ts'
import { aTeam } from '../teams.ts'
import type { TestHouse } from '../test-house.ts'
import { personal } from './identity-bases.ts'
import { type Base, type HostileRoute, manage, session, small } from './row.ts'
import {
  choice,
  email,
  type HostileValues,
  poison,
  RefusedWith,
  segment,
  text,
  textInQuery,
  twice,
  username,
} from './values.ts'

/** The largest body of a route of invites. */
const inviteBytesMax = 4 * 1024

const freshAddress = () => `invited-${randomBytes(5).toString('hex')}@example.com`

/** The owner of a team that the query names, with another member. */
const leading = async (house: TestHouse, role: Role = 'editor') => {
  const [owner, member] = [await aPerson(house), await aPerson(house)]
  const team = await aTeam(house, [
    [owner, 'owner'],
    [member, role],
  ])
  return { call: owner.call as Caller, query: { owner: team.username }, member, team }
}

/** The owner of a team that somebody with an account is invited to, by a link that was mailed to them. */
const inviting = async (house: TestHouse) => {
  const [leader, guest] = [await leading(house), await aPerson(house)]
  const { query, call } = leader
  const body = { email: guest.email, role: 'editor' }
  const { inviteId } = (await call('POST', `/api/members?owner=${query.owner}`, body)).json()
  await house.runJobs()
  const [mail] = house.mailbox.list(guest.email)
  const token = /token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''
  return { call, query, params: { id: String(inviteId) }, guest, token }
}

const onInvite = async (house: TestHouse): Promise<Base> => {
  const { call, query, params } = await inviting(house)
  return { call, query, params }
}

/** A team that its owner may delete: nobody else is in it. */
const alone = async (house: TestHouse) => {
  const owner = await aPerson(house)
  const { username: teamUsername } = await aTeam(house, [[owner, 'owner']])
  const body = { action: 'delete', confirmationWord: 'DELETE', teamUsername }
  return { call: owner.call as Caller, query: { owner: teamUsername }, body }
}

const unknown = (value: unknown) => new RefusedWith(404, value)

const role: HostileValues = {
  ...choice('editor'),
  'the owner': 'owner',
  'a role of others': 'superuser',
  empty: '',
}

/** The name of a workspace in a body: what could be one is missing, like one of other people. */
const workspaceName: HostileValues = {
  ...text({ max: 64 }),
  empty: '',
  'nobody by this name': unknown('nobody-by-this-name'),
  'a look-alike': unknown('\u0430lice-two'),
  'a word of every object': unknown('__proto__'),
  'a quote': unknown("x' or '1'='1"),
  'a way up': unknown('../../etc'),
}

const inviteToken: HostileValues = {
  empty: '',
  forged: unknown('A'.repeat(43)),
  'a token and more': unknown('x'.repeat(200)),
  'letters of no token': unknown('\u0430'.repeat(43)),
  'a word of every object': unknown('__proto__'),
  'a quote': unknown("x' or '1'='1"),
}

/** What is more than the route reads at all. */
const tooLarge: HostileValues = {
  'four thousand levels': new RefusedWith(413, poison['four thousand levels']),
}

/** The routes of teams, their members and invites. */
export const teamRoutes: HostileRoute[] = [
  { route: 'GET /api/teams', base: personal, fields: {} },
  {
    route: 'POST /api/teams/create',
    base: async (house) => ({
      ...(await personal(house)),
      body: { username: `team-${randomBytes(5).toString('hex')}`, fullName: 'Acme Vision' },
    }),
    bodyBytesMax: small,
    fields: {
      body: { username, fullName: { ...text({ max: 100 }), empty: '', spaces: ' \t\u00a0 ' } },
    },
  },
  {
    route: 'POST /api/auth/workspace',
    base: async (house) => {
      const { call, team } = await leading(house)
      return { call, body: { username: team.username } }
    },
    bodyBytesMax: small,
    fields: { body: { username: workspaceName } },
  },
  {
    route: 'POST /api/gdpr',
    base: async (house) => {
      const { query: _query, ...base } = await alone(house)
      return base
    },
    bodyBytesMax: small,
    fields: {
      body: {
        action: choice('delete'),
        confirmationWord: {
          ...text({ max: 64 }),
          empty: '',
          'in small letters': 'delete',
          'with a space': 'DELETE ',
          'in full width': '\uff24\uff25\uff2c\uff25\uff34\uff25',
        },
        teamUsername: workspaceName,
      },
    },
  },
  {
    route: 'POST /api/gdpr',
    base: alone,
    bodyBytesMax: small,
    fields: {
      query: { owner: { ...textInQuery(64), empty: '', 'another one': 'nobody-by-this-name' } },
      body: { teamUsername: { 'another one than the query': 'nobody-by-this-name' } },
    },
  },

  { route: 'GET /api/members', base: session, fields: { query: manage } },
  {
    route: 'POST /api/members',
    base: async (house) => {
      const { call, query } = await leading(house)
      return { call, query, body: { email: freshAddress(), role: 'editor' } }
    },
    bodyBytesMax: small,
    fields: {
      query: manage,
      body: {
        email,
        role,
        // The query names the workspace; a body that names another contradicts it (SPEC 0.2).
        owner: { ...text({ max: 64 }), 'another one': 'nobody-by-this-name', empty: '' },
      },
    },
  },
  {
    route: 'POST /api/members',
    base: async (house) => {
      const { call, query } = await leading(house)
      return { call, body: { email: freshAddress(), role: 'viewer', owner: query.owner } }
    },
    bodyBytesMax: small,
    fields: {
      body: {
        owner: {
          'one too long': unknown('x'.repeat(65)),
          'another one': unknown('nobody-by-this-name'),
          'a look-alike': unknown('\u0430lice-two'),
        },
      },
    },
  },
  {
    route: 'PATCH /api/members/:userId',
    base: async (house) => {
      const { call, query, member } = await leading(house)
      return { call, query, params: { userId: member.userId }, body: { role: 'viewer' } }
    },
    bodyBytesMax: small,
    fields: { path: { userId: segment }, query: manage, body: { role } },
  },
  {
    route: 'DELETE /api/members/:userId',
    base: async (house) => {
      const { call, query, member } = await leading(house)
      return { call, query, params: { userId: member.userId } }
    },
    bodyBytesMax: small,
    fields: { path: { userId: segment }, query: manage },
  },
  {
    route: 'POST /api/members/transfer-ownership',
    base: async (house) => {
      const { call, query, member } = await leading(house, 'admin')
      return { call, query, body: { targetUserId: member.userId } }
    },
    bodyBytesMax: small,
    fields: {
      query: manage,
      body: {
        targetUserId: {
          ...text({ max: 128 }),
          empty: '',
          nobody: unknown('user_000000000000000000000000'),
          'a word of every object': unknown('__proto__'),
          'a look-alike': unknown('us\u0435r_000000000000000000000000'),
        },
      },
    },
  },

  {
    route: 'GET /api/invites/info',
    base: async (house) => {
      const { token } = await inviting(house)
      return { call: aStranger(house), query: { token } }
    },
    fields: {
      query: { token: { ...textInQuery(200), 'said twice': twice('x'), ...inviteToken } },
    },
  },
  {
    route: 'POST /api/invites/accept',
    base: async (house) => {
      const { guest, token } = await inviting(house)
      return { call: guest.call, body: { token } }
    },
    bodyBytesMax: inviteBytesMax,
    fields: { body: { token: { ...text({ max: 200 }), ...inviteToken, ...tooLarge } } },
  },
  {
    route: 'DELETE /api/invites/:id',
    base: onInvite,
    bodyBytesMax: inviteBytesMax,
    fields: { path: { id: segment }, query: manage },
  },
  {
    route: 'POST /api/invites/:id/resend',
    base: onInvite,
    bodyBytesMax: inviteBytesMax,
    fields: { path: { id: segment }, query: manage },
  },
]
