import type { GivenRole } from '#contract/members.ts'
import { pictureForm } from '../hostile/identity-bases.ts'
import { freshAddress } from './place.ts'
import { type AccessRow, alone, named, type Scene, withThing } from './row.ts'

/* Routes of a workspace: its profile, members, invites, keys and feed. */

const plain =
  (body?: Record<string, unknown>) =>
  ({ owner }: Scene) => ({ query: { owner }, ...(body ? { body } : {}) })

/** Acts on a member of this role. */
const onMember =
  (role: GivenRole, body?: Record<string, unknown>) =>
  async ({ owner, place }: Scene) => ({
    query: { owner },
    params: { userId: await place.pawn(role) },
    ...(body ? { body } : {}),
  })

const onInvite =
  (role: GivenRole) =>
  async ({ owner, place }: Scene) => ({ query: { owner }, params: { id: await place.invite(role) } })

/** Acts on a key that an editor made, who is none of those who ask. */
const onKey =
  (body?: Record<string, unknown>) =>
  async ({ owner, place }: Scene) => ({
    query: { owner },
    params: { keyId: await place.keyOf() },
    ...(body ? { body } : {}),
  })

/** Acts on another key that the asker made, and that of an editor where they made none. */
const onOwnKey =
  (body?: Record<string, unknown>) =>
  async ({ owner, place, asker }: Scene) => ({
    query: { owner },
    params: { keyId: await place.keyOf(asker.role && asker.person) },
    ...(body ? { body } : {}),
  })

const onOwnersKey =
  (body?: Record<string, unknown>) =>
  async ({ world, owner, place }: Scene) => ({
    query: { owner },
    params: { keyId: await place.keyOf(world.askers[1]?.person) },
    ...(body ? { body } : {}),
  })

/** Acts on a change of the profile that was just made. */
const onProfileChange = async ({ owner, place }: Scene) => ({
  query: { owner },
  params: { id: await place.changeProfile() },
})

const onProjectChange = async ({ owner, place }: Scene) => ({
  query: { owner },
  params: { id: await place.changeProject() },
})

const sent = (row: (scene: Scene) => Promise<{ params: { keyId: string } }>) => async (scene: Scene) => {
  const { params, ...rest } = await row(scene)
  return { ...rest, query: { owner: scene.owner, ...params } }
}

export const workspaceRows: AccessRow[] = [
  { route: 'GET /api/settings', targets: named, ask: plain() },
  { route: 'POST /api/settings', targets: named, ask: plain({ displayName: 'The team' }) },
  {
    route: 'POST /api/settings',
    about: 'whether members need a second factor',
    targets: named,
    ask: plain({ secondFactorRequired: false }),
  },
  {
    route: 'POST /api/settings/icon',
    targets: named,
    ask: ({ owner, asker }) => ({
      query: { owner },
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      call: (method, url, _body, headers) => asker.call(method, url, pictureForm('x'), headers),
    }),
  },
  { route: 'DELETE /api/settings/icon', targets: named, ask: plain() },

  { route: 'GET /api/members', targets: named, ask: plain() },
  ...(['viewer', 'editor', 'admin'] as const).map(
    (role): AccessRow => ({
      route: 'POST /api/members',
      about: `invites ${role}`,
      targets: named,
      ask: ({ owner }) => ({ query: { owner }, body: { email: freshAddress(), role } }),
    }),
  ),
  ...(
    [
      ['viewer', 'editor'],
      ['editor', 'viewer'],
      ['editor', 'admin'],
      ['admin', 'viewer'],
    ] as const
  ).map(
    ([role, to]): AccessRow => ({
      route: 'PATCH /api/members/:userId',
      about: `${role} to ${to}`,
      targets: withThing,
      ask: onMember(role, { role: to }),
    }),
  ),
  {
    route: 'PATCH /api/members/:userId',
    about: 'the owner to viewer',
    targets: ['team'],
    ask: ({ world, owner }) => ({
      query: { owner },
      params: { userId: world.askers[1]?.person?.userId ?? '' },
      body: { role: 'viewer' },
    }),
  },
  {
    route: 'PATCH /api/members/:userId',
    about: 'themselves to admin',
    targets: ['team'],
    ask: ({ owner, asker }) => ({
      query: { owner },
      params: { userId: asker.person?.userId ?? '-' },
      body: { role: 'admin' },
    }),
  },
  ...(['viewer', 'editor', 'admin'] as const).map(
    (role): AccessRow => ({
      route: 'DELETE /api/members/:userId',
      about: role,
      targets: withThing,
      ask: onMember(role),
    }),
  ),
  {
    route: 'DELETE /api/members/:userId',
    about: 'the owner',
    targets: ['team'],
    ask: ({ world, owner }) => ({
      query: { owner },
      params: { userId: world.askers[1]?.person?.userId ?? '' },
    }),
  },
  {
    route: 'DELETE /api/members/:userId',
    about: 'themselves',
    targets: ['team'],
    async ask({ world, owner, asker }) {
      const leaves = asker.name.startsWith('session') && asker.role !== null && asker.role !== 'owner'
      const { userId, call } = leaves
        ? await world.leaver(asker.role as GivenRole)
        : { userId: asker.person?.userId ?? '-', call: asker.call }
      return { query: { owner }, params: { userId }, call }
    },
  },
  {
    route: 'POST /api/members/transfer-ownership',
    targets: withThing,
    async ask({ owner, place }) {
      await place.restoreOwner()
      return { query: { owner }, body: { targetUserId: await place.pawn('admin') } }
    },
  },

  {
    route: 'GET /api/invites/info',
    targets: alone,
    ask: ({ world }) => ({ query: { token: world.inviteToken } }),
  },
  {
    route: 'POST /api/invites/accept',
    about: 'one for the stranger',
    targets: alone,
    ask: async ({ world }) => ({ body: { token: await world.inviteOfStranger() } }),
  },
  ...(['DELETE /api/invites/:id', 'POST /api/invites/:id/resend'] as const).flatMap((route) =>
    (['editor', 'admin'] as const).map(
      (role): AccessRow => ({ route, about: `of ${role}`, targets: withThing, ask: onInvite(role) }),
    ),
  ),

  { route: 'GET /api/teams', targets: alone, ask: () => ({}) },
  {
    route: 'POST /api/teams/create',
    targets: alone,
    ask: () => ({ body: { username: freshAddress().split('@')[0], fullName: 'Another team' } }),
  },
  {
    route: 'POST /api/auth/workspace',
    targets: named,
    ask: ({ owner }) => ({ body: { username: owner } }),
  },
  {
    route: 'POST /api/gdpr',
    about: 'a team with members',
    targets: named,
    ask: ({ owner }) => ({
      query: { owner },
      body: { action: 'delete', confirmationWord: 'DELETE', teamUsername: owner },
    }),
  },
  {
    route: 'POST /api/gdpr',
    about: 'a team that the owner is alone in',
    targets: alone,
    async ask({ world }) {
      const teamUsername = await world.teamOfOne()
      return {
        query: { owner: teamUsername },
        body: { action: 'delete', confirmationWord: 'DELETE', teamUsername },
      }
    },
  },

  { route: 'GET /api/api-keys', targets: named, ask: plain() },
  { route: 'POST /api/api-keys', targets: named, ask: plain({ name: 'Another' }) },
  {
    route: 'POST /api/api-keys',
    about: 'the workspace named in the body',
    targets: named,
    ask: ({ owner }) => ({ body: { owner } }),
  },
  {
    route: 'PATCH /api/api-keys/:keyId',
    about: 'own, renamed',
    targets: ['team'],
    ask: onOwnKey({ name: 'Mine' }),
  },
  {
    route: 'PATCH /api/api-keys/:keyId',
    about: 'of an editor, paused',
    targets: withThing,
    ask: onKey({ paused: true }),
  },
  {
    route: 'PATCH /api/api-keys/:keyId',
    about: 'of an editor, renamed',
    targets: withThing,
    ask: onKey({ name: 'Theirs' }),
  },
  { route: 'POST /api/api-keys/:keyId/rotate', about: 'own', targets: ['team'], ask: onOwnKey({}) },
  { route: 'POST /api/api-keys/:keyId/rotate', about: 'of an editor', targets: withThing, ask: onKey({}) },
  { route: 'GET /api/api-keys/:keyId/uses', about: 'own', targets: ['team'], ask: onOwnKey() },
  { route: 'GET /api/api-keys/:keyId/uses', about: 'of an editor', targets: withThing, ask: onKey() },
  { route: 'DELETE /api/api-keys/:keyId', about: 'own', targets: ['team'], ask: onOwnKey() },
  { route: 'DELETE /api/api-keys/:keyId', about: 'of an editor', targets: withThing, ask: onKey() },
  { route: 'DELETE /api/api-keys/:keyId', about: 'of the owner', targets: ['team'], ask: onOwnersKey() },
  { route: 'DELETE /api/api-keys', about: 'own', targets: ['team'], ask: sent(onOwnKey()) },
  { route: 'DELETE /api/api-keys', about: 'of an editor', targets: withThing, ask: sent(onKey()) },
  { route: 'DELETE /api/api-keys', about: 'of the owner', targets: ['team'], ask: sent(onOwnersKey()) },

  { route: 'GET /api/activity', targets: named, ask: plain() },
  { route: 'POST /api/activity/mark-seen', targets: named, ask: plain({ all: true }) },
  { route: 'POST /api/activity/archive', targets: named, ask: plain({ all: true, archive: true }) },
  {
    route: 'POST /api/activity/:id/undo',
    about: 'of the profile',
    targets: ['team', 'cross'],
    ask: onProfileChange,
  },
  {
    route: 'POST /api/activity/:id/undo',
    about: 'of a project',
    targets: ['team', 'cross'],
    ask: onProjectChange,
  },
  {
    route: 'GET /api/activity/stream',
    targets: named,
    ask: ({ owner }) => ({ query: { owner, seconds: '1' } }),
  },

  // What a profile shows is public, of a person as of a team.
  {
    route: 'GET /api/users',
    targets: alone,
    ask: ({ world }) => ({ query: { username: world.bystander.username } }),
  },
  {
    route: 'PATCH /api/users',
    about: 'follows somebody',
    targets: alone,
    ask: ({ world }) => ({ body: { username: world.bystander.username, followed: true } }),
  },
  {
    route: 'GET /api/icons/:username/:file',
    targets: alone,
    ask: ({ world: { bystander } }) => ({
      params: { username: bystander.username, file: bystander.icon },
    }),
  },
]
