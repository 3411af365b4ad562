import { randomBytes } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import type { GivenRole } from '#contract/members.ts'
import { apiKeys } from '../../src/areas/api-keys/table.ts'
import { datasets, models, projects, type Visibility } from '../../src/areas/library/table.ts'
import { invites, memberships } from '../../src/areas/workspaces/table.ts'
import { makeId } from '../../src/crypto/token.ts'
import { aPerson, aRun, type Caller, type Person } from '../people.ts'
import { addMember, type Team } from '../teams.ts'
import type { TestHouse } from '../test-house.ts'
import { keyIn } from './callers.ts'
import { type Disposables, makeDisposables, noDisposables } from './disposables.ts'
import { nobodysId } from './row.ts'

type Trained = { projectId: string; project: string; modelId: string; model: string; runId: string }

/** A workspace and what is asked for in it. Each function gives a thing that is there, and makes it again when somebody was let through
 *  and took it away. */
export type Place = {
  username: string
  /** A trained model with weights, in a project of this visibility. */
  library: Record<Visibility, Trained>
  /** Slugs of datasets. */
  datasets: Record<Visibility, { id: string; slug: string }>
  disposables: Disposables
  pawn(role: GivenRole): Promise<string>
  invite(role: GivenRole): Promise<string>
  /** A key of this person, or of an editor. */
  keyOf(maker?: Person | null): Promise<string>
  runningModel(): Promise<string>
  /** A change of the profile that can be undone, by its event. */
  changeProfile(): Promise<string>
  /** The same, of a project. */
  changeProject(): Promise<string>
  /** Hands the place back to its first owner. */
  restoreOwner(): Promise<void>
}

const idOf = (row: { id: string } | undefined): string => row?.id ?? ''

export const freshAddress = (): string => `new-${randomBytes(5).toString('hex')}@example.com`

/** A place in a team, which is its owner's to make. */
export const makePlace = async (house: TestHouse, team: Team, owner: Person): Promise<Place> => {
  const { db } = house.cells.get('us-1')
  const { id: workspaceId, username } = team
  const pawns = { admin: await aPerson(house), editor: await aPerson(house), viewer: await aPerson(house) }
  const pawn = async (role: GivenRole): Promise<string> => {
    const { userId } = pawns[role]
    const same = and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId))
    const [kept] = await db.update(memberships).set({ role }).where(same).returning()
    if (!kept) await addMember(house, { ...team, cellId: 'us-1' }, userId, role)
    return userId
  }
  await pawn('admin')
  await pawn('editor')
  await pawn('viewer')
  const { call: trainer } = await keyIn(house, owner, username, null)
  const keys = new Map<string, string>()
  const sent = new Map<GivenRole, string>()
  let running = ''
  const library = {
    private: await train(house, trainer, workspaceId, 'private'),
    public: await train(house, trainer, workspaceId, 'public'),
  }
  const newestEvent = async (): Promise<string> =>
    (await owner.call('GET', `/api/activity?owner=${username}&limit=1`)).json().events[0]._id
  return {
    username,
    library,
    datasets: {
      private: await aDataset(house, workspaceId, 'private'),
      public: await aDataset(house, workspaceId, 'public'),
    },
    disposables: makeDisposables(house, workspaceId),
    pawn,
    async invite(role) {
      const [pending] = await db
        .select({ id: invites.id })
        .from(invites)
        .where(and(eq(invites.id, sent.get(role) ?? ''), eq(invites.status, 'pending')))
      if (!pending) {
        const reply = await owner.call('POST', `/api/members?owner=${username}`, {
          email: freshAddress(),
          role,
        })
        sent.set(role, reply.json().inviteId)
      }
      return sent.get(role) ?? ''
    },
    async keyOf(maker = pawns.editor) {
      const person = maker ?? pawns.editor
      const known = keys.get(person.userId)
      const [kept] = await db
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(and(eq(apiKeys.id, known ?? ''), isNull(apiKeys.replacedAt)))
      if (kept) return kept.id
      const { keyId } = await keyIn(house, person, username, null)
      keys.set(person.userId, keyId)
      return keyId
    },
    async runningModel() {
      const [model] = await db.select().from(models).where(eq(models.id, running))
      if (!model || model.cancelRequested || model.status === 'cancelled')
        running = (await aRun({ call: trainer }, { project: 'private', name: 'going-on' })).modelId
      return running
    },
    async changeProfile() {
      await owner.call('POST', `/api/settings?owner=${username}`, { company: freshAddress() })
      return newestEvent()
    },
    async changeProject() {
      const { projectId } = library.private
      await owner.call('PATCH', `/api/projects/${projectId}?owner=${username}`, {
        description: freshAddress(),
      })
      return newestEvent()
    },
    async restoreOwner() {
      for (const role of ['admin', 'editor', 'viewer'] as const) {
        const [row] = await db
          .select({ role: memberships.role })
          .from(memberships)
          .where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, pawns[role].userId)))
        if (row?.role !== 'owner') continue
        const body = { targetUserId: owner.userId }
        await pawns[role].call('POST', `/api/members/transfer-ownership?owner=${username}`, body)
        await pawn(role)
      }
    },
  }
}

/** What somebody asks for who names a workspace that nobody has, and things of nobody. */
export const nowhere: Place = {
  username: 'nobody-by-this-name',
  library: {
    private: {
      projectId: nobodysId,
      project: 'private',
      modelId: nobodysId,
      model: 'train',
      runId: nobodysId,
    },
    public: { projectId: nobodysId, project: 'public', modelId: nobodysId, model: 'train', runId: nobodysId },
  },
  datasets: {
    private: { id: nobodysId, slug: 'private' },
    public: { id: nobodysId, slug: 'public' },
  },
  disposables: noDisposables,
  pawn: async () => `user_${nobodysId}`,
  invite: async () => nobodysId,
  keyOf: async () => nobodysId,
  runningModel: async () => nobodysId,
  changeProfile: async () => nobodysId,
  changeProject: async () => nobodysId,
  restoreOwner: async () => {},
}

const train = async (
  house: TestHouse,
  call: Caller,
  workspaceId: string,
  visibility: Visibility,
): Promise<Trained> => {
  const { modelId, modelSlug, runId } = await aRun({ call }, { project: visibility })
  const { uploadUrl } = (await call('POST', '/api/webhooks/models/upload', { modelId })).json()
  const { pathname, search } = new URL(uploadUrl)
  const octets = { 'content-type': 'application/octet-stream' }
  await call('PUT', pathname + search, Buffer.from('weights'), octets)
  const done = { event: 'training_complete', modelId, data: { results: { modelPath: 'best.pt' }, runId } }
  await call('POST', '/api/webhooks/training/metrics', done)
  const [project] = await house.cells
    .get('us-1')
    .db.update(projects)
    .set({ visibility })
    .where(and(eq(projects.workspaceId, workspaceId), eq(projects.slug, visibility)))
    .returning({ id: projects.id })
  return { projectId: idOf(project), project: visibility, modelId, model: modelSlug, runId }
}

const aDataset = async (house: TestHouse, workspaceId: string, visibility: Visibility) => {
  const at = house.clock.now()
  const id = makeId(at)
  const facts = { slug: visibility, name: visibility, task: 'detect', classNames: ['cat'] }
  await house.cells
    .get('us-1')
    .db.insert(datasets)
    .values({
      id,
      workspaceId,
      ...facts,
      ...{ imageCount: 2, trainCount: 2, labelledCount: 2 },
      visibility,
      status: 'ready',
      createdAt: at,
      updatedAt: at,
    })
  return { id, slug: visibility }
}
