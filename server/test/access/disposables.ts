import type { TrashType } from '#contract/trash.ts'
import type { TestHouse } from '../test-house.ts'
import { aDataset, aModel, aProject } from '../trash/things.ts'

/** By which a thing is named in an address: its id, and the slugs on the way to it. */
export type Named = { id: string; project: string; slug: string }

/** Things of a workspace that may be thrown away: each is there when it is asked for, whatever became of the one before. */
export type Disposables = {
  living(type: TrashType): Promise<Named>
  /** One that lies in the trash. */
  trashed(type: TrashType): Promise<Named>
  /** The number of an emptying. */
  emptying(): Promise<string>
}

const nobodysId = 'f'.repeat(24)

export const noDisposables: Disposables = {
  living: async () => ({ id: nobodysId, project: 'disposable', slug: 'disposable' }),
  trashed: async () => ({ id: nobodysId, project: 'disposable', slug: 'disposable' }),
  emptying: async () => nobodysId,
}

const slug = 'disposable'

export const makeDisposables = (house: TestHouse, workspaceId: string): Disposables => {
  const { pool } = house.cells.get('us-1')
  const living = async (type: TrashType): Promise<Named> => {
    const named = (id: string) => ({ id, project: slug, slug })
    const projectId = (await find('projects')) ?? (await aProject(house, workspaceId, slug))
    if (type === 'project') return named(projectId)
    if (type === 'dataset')
      return named((await find('datasets')) ?? (await aDataset(house, workspaceId, slug)))
    return named((await find('models')) ?? (await aModel(house, { workspaceId, projectId }, slug)))
  }
  const find = async (table: 'projects' | 'models' | 'datasets'): Promise<string | undefined> => {
    const { rows } = await pool.query<{ id: string }>(
      `select id from ${table} where workspace_id = $1 and slug = $2 and trashed_at is null`,
      [workspaceId, slug],
    )
    return rows[0]?.id
  }
  const trashed = async (type: TrashType): Promise<Named> => {
    const { rows } = await pool.query<{ id: string }>(
      `select resource_id as id from trash_items where workspace_id = $1 and type = $2 and doomed_at is null
         and seq > coalesce((select max(up_to) from trash_emptyings where workspace_id = $1), 0)`,
      [workspaceId, type],
    )
    if (rows[0]) return { id: rows[0].id, project: slug, slug }
    const thing = await living(type)
    await putAway(type, thing.id)
    return thing
  }
  /** As the route leaves it, without anybody who asks. */
  const putAway = async (type: TrashType, id: string): Promise<void> => {
    const batch = `${type.slice(0, 1)}-${id}`
    const at = house.clock.now()
    const values = [id, at, batch]
    const set = 'set trashed_at = $2, trash_batch_id = $3'
    if (type === 'project') await pool.query(`update models ${set} where project_id = $1`, values)
    await pool.query(`update ${type}s ${set} where id = $1`, values)
    await pool.query(
      `insert into trash_items (id, workspace_id, type, resource_id, project_id, name, slug, size_bytes, trashed_by, trashed_at)
       select $2, $3, $4, $1, (select project_id from models where id = $1), $5, $5, 0, $3, $6`,
      [id, batch, workspaceId, type, slug, at],
    )
  }
  return {
    living,
    trashed,
    async emptying() {
      const id = 'e'.repeat(24 - 6) + workspaceId.slice(-6)
      await pool.query(
        `insert into trash_emptyings (id, workspace_id, up_to, item_count, started_by, started_at)
         values ($1, $2, 0, 0, $2, $3) on conflict do nothing`,
        [id, workspaceId, house.clock.now()],
      )
      return id
    },
  }
}
