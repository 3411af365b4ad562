import type { NewDataset } from '#contract/datasets.ts'
import type { Tx } from '../../../cells/database.ts'
import { makeId } from '../../../crypto/token.ts'
import type { Actor } from '../../../door/actor.ts'
import { refuse } from '../../../door/refusal.ts'
import { doerOf } from '../../activity/doer.ts'
import { type Doer, recordActivity } from '../../activity/record-activity.ts'
import { lockWorkspace } from '../../workspaces/storage.ts'
import { chooseSlug } from '../choose-slug.ts'
import { defaultsOf } from '../projects/insert-project.ts'
import { type DatasetRow, datasets } from '../table.ts'

/** Makes an empty dataset as its plan has it begin. Refuses with slug_taken, and with invalid_request when neither slug nor name gives
 *  one. */
export const createDataset = (actor: Actor, input: NewDataset, at: Date): Promise<DatasetRow> =>
  actor.workspace.cell.db.transaction(async (tx) => {
    const { dataset: alias, slug: asked = alias, name, license, format: _format, ...fields } = input
    if (alias !== undefined && asked !== alias)
      throw refuse('invalid_request', { message: 'slug and dataset: name two different ones' })
    const { plan } = await lockWorkspace(tx, actor.workspace.id)
    const slug = await chooseSlug(tx, datasets, actor.workspace.id, { slug: asked, name })
    const defaults = defaultsOf(plan)
    const row = {
      ...fields,
      task: fields.task ?? 'detect',
      classNames: fields.classNames ?? [],
      visibility: fields.visibility ?? defaults.visibility,
      license: license === undefined ? defaults.license : license || null,
    }
    const dataset = await insertDataset(tx, doerOf(actor), { ...row, slug, name: name ?? slug }, at)
    await recordActivity(tx, 'dataset/created', doerOf(actor), { id: dataset.id, name: dataset.name }, at)
    return dataset
  })

type New = Omit<typeof datasets.$inferInsert, 'id' | 'workspaceId' | 'status' | 'createdAt' | 'updatedAt'>

/** Writes a new dataset, empty and so ready. The caller holds the lock of the workspace, found the slug free and tells the feed. */
export const insertDataset = async (
  tx: Tx,
  { workspaceId }: Pick<Doer, 'workspaceId'>,
  fields: New,
  at: Date,
): Promise<DatasetRow> => {
  const row = { ...fields, status: 'ready', createdAt: at, updatedAt: at } as const
  const [dataset] = await tx
    .insert(datasets)
    .values({ ...row, id: makeId(at), workspaceId })
    .returning()
  if (!dataset) throw new Error('An insert returned no row')
  return dataset
}
