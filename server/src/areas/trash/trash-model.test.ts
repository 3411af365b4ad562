import { readdir } from 'node:fs/promises'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrashItem } from '#contract/trash.ts'
import { aKey, aPerson, type KeyHolder } from '../../../test/people.ts'
import { startTestHouse, type TestHouse } from '../../../test/test-house.ts'
import { type Ending, type Thing, TrashModel } from '../../../test/trash/model.ts'
import { aDataset, aModel, aProject } from '../../../test/trash/things.ts'
import { datasets, models, projects } from '../library/table.ts'

/* Anything that may happen to the trash, in any order, to the house and to a model of it (server/test/trash/model.ts). */

let house: TestHouse

beforeAll(async () => {
  house = await startTestHouse()
})
afterAll(() => house.stop())

/** `pick` says which of those it can be done to. */
type Step =
  | { does: 'project' | 'dataset' | 'model'; pick: number; slug: string; bytes: number }
  | { does: 'rename'; pick: number; slug: string }
  | { does: 'trash' | 'restore' | 'purge'; pick: number }
  | { does: 'empty' | 'settle' }
  | { does: 'pass'; days: number }

const slug = fc.constantFrom('a', 'b', 'a-2')
const pick = fc.nat(50)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('project' as const), pick, slug, bytes: fc.constant(0) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      does: fc.constantFrom('model' as const, 'dataset' as const),
      pick,
      slug,
      bytes: fc.nat(500),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('rename' as const), pick, slug }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('trash' as const), pick }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constantFrom('restore' as const, 'purge' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('empty' as const, 'settle' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('pass' as const), days: fc.integer({ min: 1, max: 40 }) }),
  },
)

/** Living models beside those of the steps, so that a few more reach the limit of the plan. */
const fillers = 97

type Run = { key: KeyHolder; userId: string; model: TrashModel }

const begin = async (): Promise<Run> => {
  const person = await aPerson(house)
  const key = await aKey(house, person, { scopes: ['read', 'write', 'admin'] })
  const at = house.clock.now()
  const projectId = await aProject(house, person.userId, 'filler')
  await house.cells
    .get('us-1')
    .db.insert(models)
    .values(
      Array.from({ length: fillers }, (_, n) => ({
        id: `${projectId.slice(0, 18)}${String(n).padStart(6, '0')}`,
        workspaceId: person.userId,
        projectId,
        slug: `m${n}`,
        name: `m${n}`,
        createdAt: at,
        updatedAt: at,
      })),
    )
  return { key, userId: person.userId, model: new TrashModel(fillers) }
}

const chosen = (things: Thing[], n: number): Thing | undefined => things[n % Math.max(1, things.length)]

const take = async (run: Run, taken: Step): Promise<void> => {
  const { model } = run
  switch (taken.does) {
    case 'project':
    case 'dataset':
    case 'model':
      return make(run, taken)
    case 'rename':
      return rename(run, taken)
    case 'trash': {
      const thing = chosen(model.of('living'), taken.pick)
      if (!thing) return
      const reply = await run.key.call('DELETE', `/api/${thing.type}s/${thing.id}`)
      const { cascadedModels } = expectEnding(reply, model.trash(thing, nowMs()))
      if (thing.type === 'project')
        expect(cascadedModels).toBe(model.of('trashed').filter((each) => each.with === thing).length - 1)
      return
    }
    case 'restore': {
      const thing = chosen([...model.of('trashed'), ...model.of('doomed'), ...model.of('gone')], taken.pick)
      if (!thing) return
      const reply = await run.key.call('POST', '/api/trash', { id: thing.id, type: thing.type })
      const ending = model.restore(thing)
      const said = expectEnding(reply, ending)
      if (!('refused' in ending)) expect(said.slug).toBe(ending.slug)
      if (thing.type === 'project' && !('refused' in ending)) expect(said.restoredModels).toBe(ending.models)
      return
    }
    case 'purge': {
      const thing = chosen([...model.of('trashed'), ...model.of('living')], taken.pick)
      if (!thing) return
      const reply = await run.key.call('DELETE', '/api/trash', { id: thing.id, type: thing.type })
      expectEnding(reply, model.purge(thing))
      return
    }
    case 'empty': {
      const reply = await run.key.call('DELETE', '/api/trash/empty')
      expect(reply.json().totalDeleted).toBe(model.empty())
      return
    }
    case 'settle':
      await house.runJobs()
      model.settle()
      return
    case 'pass':
      house.clock.advance(taken.days * 24 * 3600)
      await house.runSchedules()
      await house.runJobs()
      model.passTo(nowMs())
      model.settle()
  }
}

const nowMs = (): number => house.clock.now().getTime()

const expectEnding = (reply: Awaited<ReturnType<KeyHolder['call']>>, ending: Ending) => {
  const said = reply.json()
  expect(said.reason, reply.body).toBe('refused' in ending ? ending.refused : undefined)
  return said
}

const make = async (
  { userId, model }: Run,
  { does, pick: n, slug: wanted, bytes }: Extract<Step, { bytes: number }>,
) => {
  const project = does === 'model' ? (chosen(model.of('living', 'project'), n) ?? null) : null
  if ((does === 'model' && !project) || model.isTaken({ type: does, project }, wanted)) return
  const place = { workspaceId: userId, projectId: project?.id ?? '' }
  const id =
    does === 'project'
      ? await aProject(house, userId, wanted)
      : does === 'model'
        ? await aModel(house, place, wanted, bytes)
        : await aDataset(house, userId, wanted, bytes > 0 ? [bytes] : [])
  model.add(does, id, wanted, project, bytes)
}

const tables = { project: projects, model: models, dataset: datasets }

const rename = async ({ model }: Run, { pick: n, slug: wanted }: Extract<Step, { does: 'rename' }>) => {
  const thing = chosen(model.of('living'), n)
  if (!thing || model.isTaken(thing, wanted)) return
  const table = tables[thing.type]
  await house.cells.get('us-1').db.update(table).set({ slug: wanted }).where(eq(table.id, thing.id))
  thing.slug = wanted
}

/** The house shows what the model says. */
const compare = async ({ key, model }: Run): Promise<void> => {
  const { items, total } = (await key.call('GET', '/api/trash?limit=200')).json()
  const shown = items.map(({ name: _name, trashedAt: _at, parentProject, ...item }: TrashItem) => ({
    ...item,
    ...(parentProject ? { parentProject: { _id: parentProject._id, inTrash: parentProject.inTrash } } : {}),
  }))
  expect(shown).toEqual(model.shown(nowMs()))
  expect(total).toBe(items.length)
  const { usage, breakdown } = (await key.call('GET', '/api/storage?details=true')).json()
  expect(usage.storage.current).toBe(model.storedBytes())
  expect(usage.models.current).toBe(model.of('living', 'model').length + fillers)
  const trashed = model.of('trashed').reduce((bytes, each) => bytes + each.bytes, 0)
  expect(breakdown.trash.bytes).toBe(trashed)
}

const compareReach = async ({ key, model }: Run): Promise<void> => {
  for (const thing of model.things) {
    if (thing.type === 'dataset') continue
    const reply = await key.call('GET', `/api/${thing.type}s/${thing.id}`)
    expect(reply.statusCode, JSON.stringify(thing.state)).toBe(thing.state === 'living' ? 200 : 404)
    if (reply.statusCode === 200) expect(reply.json()[thing.type].slug).toBe(thing.slug)
  }
}

/** Emptied to the last, nothing of it is left anywhere. */
const clear = async (run: Run): Promise<void> => {
  const { model, userId } = run
  for (let thing = model.of('living')[0]; thing; thing = model.of('living')[0])
    await take(run, { does: 'trash', pick: 0 })
  await take(run, { does: 'empty' })
  await take(run, { does: 'settle' })
  await compare(run)
  for (const kind of ['weights', 'images'])
    expect(await readdir(`${house.filesDir}/us/${kind}`).catch(() => [])).toEqual([])
  const { rows } = await house.cells.get('us-1').pool.query(
    `select (select count(*)::int from projects where workspace_id = $1) as projects,
            (select count(*)::int from models where workspace_id = $1) as models,
            (select count(*)::int from datasets where workspace_id = $1) as datasets,
            (select count(*)::int from uploads where workspace_id = $1) as uploads,
            (select count(*)::int from trash_items where workspace_id = $1) as items`,
    [userId],
  )
  expect(rows).toEqual([{ projects: 1, models: fillers, datasets: 0, uploads: 0, items: 0 }])
}

test('whatever is trashed, restored, purged, renamed, emptied and outlived in whatever order, the house agrees with the model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const run = await begin()
      for (const each of steps) {
        await take(run, each)
        await compare(run)
      }
      await compareReach(run)
      await clear(run)
    }),
    // A failure prints its seed and path; TRASH_SEED takes the same way again, TRASH_RUNS goes further.
    {
      numRuns: Number(process.env.TRASH_RUNS ?? 40),
      endOnFailure: true,
      ...(process.env.TRASH_SEED ? { seed: Number(process.env.TRASH_SEED) } : {}),
    },
  )
}, 240_000)
